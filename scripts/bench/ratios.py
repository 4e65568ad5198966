"""Reads lines `NAME ours|theirs JSON`, round by round, and prints how ours compares. Called by scripts/bench/compare
and scripts/bench/permission."""

import json
import statistics
import sys

# What ours may be of theirs: at least (>=) or at most (<=).
LIMITS = {
    ("ldap", "per_s"): (">=", 0.75),
    ("ldap", "cpu_us"): ("<=", 2.0),
    ("login", "per_s"): (">=", 0.5),
    ("login", "cpu_us"): ("<=", 3.5),
    ("sync-fresh", "p50_ms"): ("<=", 3.0),
    ("sync-again", "p50_ms"): ("<=", 3.0),
    # Against Django.
    ("fresh-object", "per_s"): (">=", 20.0),
    ("fresh-object", "cpu_us"): ("<=", 0.05),
}
# Limits hold for so many operations at a time, which is what is measured unless something else is asked for.
LIMITED_CONCURRENCY = "32"
FIGURES = {"per_s": "a second", "p50_ms": "p50 ms", "p99_ms": "p99 ms", "cpu_us": "CPU µs", "rss_mib": "MiB", "sockets": "sockets"}
# A sync is one long operation.
SYNC_FIGURES = {"p50_ms": "ms", "cpu_us": "CPU µs", "rss_mib": "MiB"}


def figures_of(name):
    return SYNC_FIGURES if name.startswith("sync") else FIGURES


def limit_of(name, figure):
    """A name is what was measured, such as login, then perhaps a concurrency and "tls": login/8/tls."""
    what, *ways = name.split("/")
    return LIMITS.get((what, figure), (None, None)) if set(ways) <= {LIMITED_CONCURRENCY, "tls"} else (None, None)


def read(lines):
    rounds = {}
    for line in lines:
        name, side, text = line.split(" ", 2)
        rounds.setdefault(name, {"ours": [], "theirs": []})[side].append(json.loads(text))
    return rounds


def spread(values):
    return {"min": min(values), "median": statistics.median(values), "max": max(values)} if values else None


def compare(name, sides):
    figures = {}
    for figure in figures_of(name):
        ours, theirs = ([line[figure] for line in sides[side]] for side in ("ours", "theirs"))
        ratio = spread([a / b for a, b in zip(ours, theirs) if b > 0])
        kind, limit = limit_of(name, figure)
        kept = None
        if limit is not None and ratio:
            kept = ratio["median"] >= limit if kind == ">=" else ratio["median"] <= limit
        figures[figure] = {
            "ours": spread(ours), "theirs": spread(theirs), "ratio": ratio,
            "limit": limit and f"{kind} {limit}", "kept": kept,
        }
    return {"errors": sum(line["errors"] for side in sides.values() for line in side), "figures": figures}


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(results):
    rows = [["", "", "ours", "theirs", "ratio: min", "median", "max", "limit", ""]]
    for name, result in results.items():
        for index, (figure, label) in enumerate(figures_of(name).items()):
            compared = result["figures"][figure]
            ratio = compared["ratio"]
            rows.append([
                name if index == 0 else "", label,
                *(number(side["median"]) if side else "" for side in (compared["ours"], compared["theirs"])),
                *(f"{ratio[key]:.2f}" if ratio else "" for key in ("min", "median", "max")),
                compared["limit"] or "", {True: "kept", False: "MISSED", None: ""}[compared["kept"]],
            ])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) if column < 2 else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths)))
        print("  ".join(cells).rstrip())


def main():
    results = {name: compare(name, sides) for name, sides in read(sys.stdin).items()}
    if "--json" in sys.argv[1:]:
        json.dump(results, sys.stdout, indent=2, sort_keys=True)
        print()
    else:
        table(results)
    missed = [name for name, result in results.items()
              if result["errors"] or any(figure["kept"] is False for figure in result["figures"].values())]
    sys.exit(1 if missed else 0)


main()
