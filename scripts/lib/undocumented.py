"""Names the public symbols without a documentation comment, of symbol graphs that `swift package dump-symbol-graph` wrote.

usage: undocumented.py GRAPH...
Exits with 1 if there is one.
"""
import json
import sys

found = 0
for path in sys.argv[1:]:
    with open(path) as file:
        graph = json.load(file)
    for symbol in graph["symbols"]:
        # What the compiler makes by itself has no place in the sources.
        if "docComment" in symbol or "location" not in symbol or "::SYNTHESIZED::" in symbol["identifier"]["precise"]:
            continue
        place = symbol["location"]
        print(f"{place['uri'].removeprefix('file://')}:{place['position']['line'] + 1}: "
              f"{'.'.join(symbol['pathComponents'])} has no documentation comment", file=sys.stderr)
        found += 1
sys.exit(1 if found else 0)
