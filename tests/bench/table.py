"""The one table that tests/bench/run prints, and what a median is."""
import statistics

HEAD = ("what", "ours", "beside", "ratio", "goal", "met", "noise and notes")


def median(values):
    return statistics.median(values)


def spread(values):
    """How far the rounds lie apart, so that a reader can judge a ratio near its goal."""
    return f"{len(values)} rounds, {min(values):.2f} to {max(values):.2f}"


class Table:
    def __init__(self):
        self.rows = []
        self.failed = []

    def row(self, what, ours="", beside="", ratio=None, goal="", met=None, note=""):
        shown = "" if ratio is None else f"{ratio:.2f}"
        verdict = "" if met is None else "yes" if met else "NO"
        self.rows.append((what, ours, beside, shown, goal, verdict, note))
        print("  | " + " | ".join(cell for cell in self.rows[-1] if cell), flush=True)

    def skipped(self, what, why):
        self.rows.append((what, "skipped", "", "", "", "", why))
        print(f"  | {what} | skipped: {why}", flush=True)

    def failure(self, what, why):
        self.failed.append(what)
        self.rows.append((what, "FAILED", "", "", "", "NO", why))
        print(f"  | {what} | FAILED: {why}", flush=True)

    def text(self):
        lines = [HEAD] + self.rows
        widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
        out = []
        for number, line in enumerate(lines):
            cells = "  ".join(cell.ljust(width) for cell, width in zip(line, widths))
            out.append(cells.rstrip())
            if number == 0:
                out.append("  ".join("-" * width for width in widths))
        return "\n".join(out)
