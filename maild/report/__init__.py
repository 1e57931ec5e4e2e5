"""The monthly review: what came, how fast and how well it was answered, what came back, and what a change has done.

period.py    stretches of days, and when the review of a month falls due
figures.py   tickets become figures        problems.py  tickets that are about the same thing
chance.py    whether a difference can be chance        compare.py  before and after a change
words.py     what the page says, in each language      page.py     figures become a page
pictures.py  figures become SVG            png.py       SVG becomes PNG, for mails
sheet.py     figures become CSV            send.py      the review goes to the leads
"""
