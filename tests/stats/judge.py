"""The same statistics from single visits, by other means than src/ctl/score.c: intervals from
the equation that defines them, correlations from Python's own statistics."""
import statistics
from fractions import Fraction

Z = 1.959964


def wilson(right, n):
    """Both p for which the observed share lies exactly Z standard errors away: by bisection."""
    share = right / n

    def too_far(p):
        return (share - p) ** 2 > Z * Z * p * (1 - p) / n

    def edge(inside, outside):
        for _ in range(200):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if too_far(middle) else (middle, outside)
        return inside
    return (0.0 if right == 0 else edge(share, 0.0)), (1.0 if right == n else edge(share, 1.0))


def proportion(marks):
    low, high = wilson(sum(marks), len(marks))
    return float(Fraction(sum(marks), len(marks))), low, high


def square_and_add(a, b, together=0.0):
    """a - b of two (value, low, high): the distances are sides of a triangle."""
    value = a[0] - b[0]

    def third_side(x, y):
        return max(0.0, x * x + y * y - 2 * together * x * y) ** 0.5
    return (value, value - third_side(a[0] - a[1], b[2] - b[0]),
            value + third_side(a[2] - a[0], b[0] - b[1]))


def difference(a, b):
    return square_and_add(proportion(a), proportion(b))


def stratified(subjects):
    """One difference of [(a, b)], each pair of its own subject, or None."""
    subjects = [(a, b) for a, b in subjects if a and b]
    weights = [1 / (Fraction(1, len(a)) + Fraction(1, len(b))) for a, b in subjects]
    if not subjects:
        return None
    shares = [float(weight / sum(weights)) for weight in weights]
    each = [difference(a, b) for a, b in subjects]
    value = sum(share * one[0] for share, one in zip(shares, each))
    return (value, value - sum((share * (one[0] - one[1])) ** 2
                               for share, one in zip(shares, each)) ** 0.5,
            value + sum((share * (one[2] - one[0])) ** 2
                        for share, one in zip(shares, each)) ** 0.5)


def gain(firsts, seconds):
    """Newcombe's method 10: a positive correlation is brought towards 0."""
    n = len(firsts)
    spread = statistics.pstdev(firsts) * statistics.pstdev(seconds)
    together = 0.0
    if spread > 0:
        together = statistics.correlation(firsts, seconds)
        if together > 0:
            together = max(0.0, together - 1 / (2 * n * spread))
    return square_and_add(proportion(seconds), proportion(firsts), together)


def normalised_gain(firsts, seconds):
    left = len(firsts) - sum(firsts)
    return float(Fraction(sum(seconds) - sum(firsts), left)) if left else None


def discrimination(items, rests):
    """Moodle's index and efficiency, None when something is the same for everybody."""
    if len(set(items)) < 2 or len(set(rests)) < 2:
        return None
    most = statistics.covariance(sorted(items), sorted(rests))
    return statistics.correlation(items, rests), statistics.covariance(items, rests) / most
