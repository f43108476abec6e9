"""docs/compatibility.md: what every driver could do when the run wrote it. Stable text: no times, no counts of seconds."""

import collections
import re

LANGUAGES = {"go": "Go", "java": "Java", "node": "Node", "python": "Python"}
NOT_RUN = "not run"


def group_of(scenario):
    return scenario["name"].split(".")[0]


def groups_of(scenarios):
    return list(dict.fromkeys(group_of(scenario) for scenario in scenarios))


def title(driver):
    return f"{LANGUAGES[driver.language]} {driver.version}"


def cells_of(driver, scenarios, outcomes):
    """Group → `passed / failed / not expressible`; a scenario passes when it does so in all its character sets."""
    counts = collections.defaultdict(lambda: [0, 0, 0])
    for scenario in scenarios:
        column = 2 if driver.cannot(scenario) else 0 if outcomes.get(scenario["name"]) else 1
        counts[group_of(scenario)][column] += 1
    return {group: " / ".join(map(str, counts[group])) for group in groups_of(scenarios)}


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def matrix(drivers, scenarios, cells):
    """cells: driver name → group → text; drivers that are missing there were not run."""
    groups = groups_of(scenarios)
    sizes = collections.Counter(map(group_of, scenarios))
    rows = [[group, str(sizes[group]), *(cells.get(driver.name, {}).get(group, NOT_RUN) for driver in drivers)] for group in groups]
    totals = []
    for driver in drivers:
        numbers = [re.fullmatch(r"(\d+) / (\d+) / (\d+)", cells.get(driver.name, {}).get(group, "")) for group in groups]
        totals.append(" / ".join(str(sum(int(match[column]) for match in numbers)) for column in (1, 2, 3)) if all(numbers) else NOT_RUN)
    rows.append(["**all**", str(len(scenarios)), *totals])
    return table(["group", "scenarios", *map(title, drivers)], rows)


def cells_in(text, drivers):
    """The cells of an earlier page, for the drivers that this machine cannot run."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    cells = {}
    header = next((row for row in rows if row[:2] == ["group", "scenarios"]), [])
    for driver in drivers:
        if title(driver) in header:
            column = header.index(title(driver))
            cells[driver.name] = {row[0]: row[column] for row in rows if len(row) == len(header) and row != header}
    return cells


def programs_in(text):
    return dict(re.findall(r"^\| `(\S+)` \|.*\| (\S+) \|$", text, re.M))


def reasons(drivers, scenarios):
    rows = []
    for scenario in scenarios:
        by_reason = collections.defaultdict(list)
        for driver in drivers:
            if reason := driver.cannot(scenario):
                by_reason[reason].append(driver)
        for reason, unable in by_reason.items():
            languages = dict.fromkeys(driver.language for driver in unable)
            names = []
            for language in languages:
                versions = [driver for driver in drivers if driver.language == language]
                those = [driver for driver in unable if driver.language == language]
                names += [LANGUAGES[language]] if len(those) == len(versions) else [title(driver) for driver in those]
            rows.append([f"`{scenario['name']}`", ", ".join(names), reason])
    return rows


def unsaid(drivers, scenarios):
    rows = []
    for driver in drivers:
        for field, reason in driver.unsaid.items():
            those = [scenario for scenario in scenarios if not driver.cannot(scenario) and any(field in step for step in scenario["steps"])]
            if those:
                rows.append([title(driver), f"`{field}`", reason, ", ".join(f"`{scenario['name']}`" for scenario in those)])
    return rows


def page(drivers, programs, scenarios, cells, outcomes):
    """outcomes: program name → `passed`, `FAILED` or `not run`."""
    charsets = list(dict.fromkeys(charset for scenario in scenarios for charset in scenario.get("charsets", ["utf8"])))
    text = f"""# Compatibility

Written by `tests/conformance/run`, which ends with a failure when this page is not what it would write.

The vendor's drivers, unmodified and with their defaults, against the mock server: {len(scenarios)} scenarios of `tests/conformance/scenarios.json`, in sessions with {" and ".join(charsets)}.
What the drivers do on the wire, and their defects, stands in [protocol/drivers.md](protocol/drivers.md).

{table(["driver", "package"], [[title(driver), driver.package] for driver in drivers])}
## Scenarios

Each cell: passed / failed / not expressible. A scenario has passed when it did so in every character set that it names,
and for drivers that offer more than message version 8 (all but Go) both at 8 and at 11.

{matrix(drivers, scenarios, cells)}
## What a driver cannot express

{table(["scenario", "driver", "why"], reasons(drivers, scenarios))}
## Checks that a driver cannot make

These scenarios count as passed above, without the check that is named.

{table(["driver", "check", "why", "scenarios"], unsaid(drivers, scenarios))}"""
    if programs:
        text += f"""
## Programs over the drivers

Each creates its schema, writes, reads with relations, updates in a transaction, rolls one back and deletes.

{table(["program", "what is in it", "outcome"], [[f"`{program.name}`", program.package, outcomes.get(program.name, NOT_RUN)] for program in programs])}"""
    return text
