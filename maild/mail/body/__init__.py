"""What a person wrote now: the quoted history, the signature and the disclaimers of a mail taken off its text.

    reply        reply_text, the one door of this room, and its Reply
    cut          the pieces of a mail: own words, quotes, history, a mail passed on
    attribution  "On that day X wrote:", over up to five lines        wrote        its words in many languages
    glue         one that a client glued to the person's last line
    header_block From / Sent / To / Subject above an earlier mail     labels       its words
    marks        -----Original Message-----, forwarded, reply above this line
    banner       a server's warnings above the words
    within       answers inside the quoted mail, a mail led in as content
    signature    where the words end                                  farewell, notices   its words
    lines        what a line looks like without invisible things
"""

from maild.mail.body.reply import Reply, reply_text

__all__ = ["Reply", "reply_text"]
