"""Draws docs/performance.svg: the cost of a million payments, and the requests' times as the tables grow. Plain SVG."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

WIDTH, LABELS, BAR, TOP = 860, 230, 22, 50
PLOT_HEIGHT = 260
COLOURS = ("#1f6feb", "#d9480f", "#2b8a3e", "#9c36b5", "#e8a600", "#495057")

Series = Mapping[str, Sequence[tuple[float, float]]]


def _text(x: float, y: float, text: str, anchor: str = "start", size: int = 13) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'


def bars(title: str, values: Mapping[str, float], unit: str) -> tuple[str, float]:
    """Returns the drawing and its height."""
    longest = max(values.values())
    parts = [_text(0, 20, title, size=16)]
    for row, (name, value) in enumerate(values.items()):
        y = TOP + row * (BAR + 8)
        length = (WIDTH - LABELS - 90) * value / longest
        parts += [
            _text(LABELS - 10, y + 15, name, "end"),
            f'<rect x="{LABELS}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{COLOURS[0]}"/>',
            _text(LABELS + length + 8, y + 15, f"{value:.2f} {unit}"),
        ]
    return "".join(parts), TOP + len(values) * (BAR + 8) + 20


def lines(title: str, series: Series) -> tuple[str, float]:
    """Returns the drawing and its height. Both axes are logarithmic: a time that stays the same is a level line."""
    points = [point for line in series.values() for point in line]
    x, y = _scale([p[0] for p in points], WIDTH - LABELS - 40), _scale([p[1] for p in points], PLOT_HEIGHT)
    parts = [_text(0, 20, title, size=16)]
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        placed = [(LABELS + x(size), TOP + PLOT_HEIGHT - y(value)) for size, value in line]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in placed)
        dots = "".join(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4" fill="{colour}"/>' for px, py in placed)
        parts += [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}']
        parts += [f'<g fill="{colour}">{_text(0, TOP + 20 + number * 22, f"{name}: {line[-1][1]:.1f} ms")}</g>']
    for size in sorted({p[0] for p in points}):
        parts.append(_text(LABELS + x(size), TOP + PLOT_HEIGHT + 24, f"{size:,.0f} payments", "middle"))
    return "".join(parts), TOP + PLOT_HEIGHT + 50


def _scale(values: Sequence[float], length: float) -> Callable[[float], float]:
    low = math.log10(min(values))
    width = math.log10(max(values)) - low or 1
    return lambda value: (math.log10(value) - low) / width * length


def page(*drawings: tuple[str, float]) -> str:
    """Returns one SVG with the drawings below each other."""
    parts, y = [], 10.0
    for drawing, height in drawings:
        parts.append(f'<g transform="translate(10 {y:.0f})">{drawing}</g>')
        y += height + 20
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 40} {y:.0f}" font-family="system-ui, sans-serif">'
    return f'{head}<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>\n'
