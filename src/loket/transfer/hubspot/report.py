"""What an import says: each refused row, what was left out of a row, and the sums."""

import csv
from collections import Counter

from loket.guard.cells import safe_cell
from loket.guard.text import clean_line

OUTCOMES = ("created", "updated", "unchanged", "refused")
PLURAL = {"company": "companies", "contact": "contacts", "ticket": "tickets"}


class Report:
    """Takes lines as they come, prints them by ``say`` and writes them as CSV to the open ``file``, if there are such."""

    def __init__(self, say=None, file=None):
        self.say, self.lines, self.ignored = say, [], {}
        self.counts = {kind: Counter() for kind in PLURAL}
        self.remarks = {}
        self._file = file
        self._write(["file", "line", "outcome", "reason"])

    def take(self, kind, name, outcome):
        """Add what one committed batch of the file ``name`` came to."""
        self.counts[kind] += outcome.counts
        for line, what, reason in sorted(outcome.lines):
            self.line(name, line, what, reason)
        for text, (line, count) in outcome.remarks.items():
            first, before = self.remarks.get(text, (f"{name}:{line}", 0))
            self.remarks[text] = first, before + count

    def line(self, name, line, what, reason):
        """One line: ``what`` is refused or warning."""
        reason = clean_line(reason, 500)
        self.lines.append({"file": name, "line": line, "outcome": what, "reason": reason})
        self._write([name, line, what, reason])
        if self.say:
            self.say(f"{name}:{line}: {'warning: ' * (what == 'warning')}{reason}")

    def ignore(self, name, headings):
        """Note columns of a file that mean nothing to Loket."""
        if headings:
            self.ignored[name] = [clean_line(heading, 100) for heading in headings]

    @property
    def refused(self):
        return sum(counts["refused"] for counts in self.counts.values())

    def as_data(self):
        """Everything as plain values, for JSON."""
        return {
            **{PLURAL[kind]: {each: counts[each] for each in OUTCOMES} for kind, counts in self.counts.items()},
            "lines": self.lines,
            "remarks": [{"text": text, "first": first, "rows": n} for text, (first, n) in self.remarks.items()],
            "ignored_columns": self.ignored,
        }

    def summary(self):
        """Everything but the lines, as text."""
        lines = [f"{first}: {text}" + f" ({n} rows)" * (n > 1) for text, (first, n) in self.remarks.items()]
        lines += [f"{name}: ignored columns: {', '.join(headings)}" for name, headings in self.ignored.items()]
        for kind, counts in self.counts.items():
            if counts:
                lines.append(f"{PLURAL[kind] + ':':11}" + ", ".join(f"{counts[each]} {each}" for each in OUTCOMES))
        return "\n".join(lines) or "There were no rows."

    def _write(self, cells):
        if self._file:
            csv.writer(self._file).writerow([safe_cell(cell) for cell in cells])
            self._file.flush()


class Outcome:
    """What one batch came to; it counts only when the batch is committed."""

    def __init__(self):
        self.counts, self.lines, self.remarks, self.later = Counter(), [], {}, []

    def refuse(self, line, reason):
        self.counts["refused"] += 1
        self.lines.append((line, "refused", reason))

    def warn(self, line, reason):
        self.lines.append((line, "warning", reason))

    def remark(self, line, text):
        """The same for many rows: told once, with their number."""
        text = clean_line(text, 300)
        first, count = self.remarks.get(text, (line, 0))
        self.remarks[text] = first, count + 1
