"""The oracle of the calendar's laws: it walks minute by minute and asks the wall clock each time."""

from datetime import UTC, datetime, timedelta

import holidays as library

MINUTE = timedelta(minutes=1)


class ObviousCalendar:
    """The same calendar, slow and plain."""

    def __init__(self, calendar):
        self.of = calendar
        self.known = {}

    def hours(self, day):
        if day not in self.known:
            self.known[day] = self.ask(day)
        return self.known[day]

    def ask(self, day):
        if day in self.of.open:
            return self.of.open[day]
        if day in self.of.closed:
            return ()
        for region in self.of.holidays:
            country, _, subdivision = region.partition("-")
            public = library.country_holidays(country, subdiv=subdivision or None, years=[day.year, day.year + 1])
            if day in public.weekend_workdays:
                return self.of.hours[0] or self.of.hours[day.weekday()]
            if day in public:
                return ()
        return self.of.hours[day.weekday()]

    def is_open(self, at):
        local = at.astimezone(self.of.zone)
        minute = local.hour * 60 + local.minute
        return any(span.start <= minute < span.end for span in self.hours(local.date()))

    def add(self, start, length):
        at = start
        while length > timedelta(0):
            if self.is_open(at):
                length -= MINUTE
            at += MINUTE
        return at

    def between(self, start, end):
        passed, at = timedelta(0), start
        while at < end:
            if self.is_open(at):
                passed += MINUTE
            at += MINUTE
        return passed

    def next_opening(self, at):
        while not self.is_open(at):
            at += MINUTE
        return at

    def add_days(self, start, count):
        opening = self.next_opening(start).astimezone(self.of.zone)
        day = opening.date()
        while count:
            day += timedelta(days=1)
            count -= bool(self.minutes_of(day))
        minutes = self.minutes_of(day)
        for minute in minutes:
            if minute.astimezone(self.of.zone).time() >= opening.time():
                return minute
        return minutes[-1] + MINUTE

    def minutes_of(self, day):
        at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
        found = []
        for _ in range(60 * 56):
            if at.astimezone(self.of.zone).date() == day and self.is_open(at):
                found.append(at)
            at += MINUTE
        return found
