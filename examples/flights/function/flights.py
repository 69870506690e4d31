"""Keeps the running count and mean delay of the flights from each airport, in memory.

All flights of one airport must come to one container, or the figures are wrong: that is what Berth's routing key
is for. The name and city of an airport are read from the reference (SQLite) once, when its first flight comes.
"""

import os
import sqlite3

REFERENCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "airports.sqlite")

airports = {}


class Airport:
    def __init__(self, code):
        self.code = code
        self.flights = 0
        self.delay_minutes = 0
        self.reference_reads = 0
        self.name, self.city = self._read_reference()

    def _read_reference(self):
        # immutable: the code package is read-only, so SQLite must not try to lock or journal.
        reference = sqlite3.connect("file:" + REFERENCE.replace("?", "%3f") + "?mode=ro&immutable=1", uri=True)
        try:
            row = reference.execute("SELECT name, city FROM airport WHERE iata = ?", (self.code,)).fetchone()
        finally:
            reference.close()
        self.reference_reads += 1
        if row is None:
            raise KeyError("No airport %r in the reference" % self.code)
        return row

    def add(self, delay_minutes):
        self.flights += 1
        self.delay_minutes += delay_minutes


def handler(event, context):
    code = event["origin"]
    airport = airports.get(code)
    if airport is None:
        airport = airports[code] = Airport(code)
    airport.add(event["delay"])
    return {
        "airport": code,
        "name": airport.name,
        "city": airport.city,
        "count": airport.flights,
        "meanDelay": airport.delay_minutes / airport.flights,
        "referenceReads": airport.reference_reads,
    }
