"""Planets as a picture: reads data/planets.csv and draws the orbits as SVG."""

import csv
from dataclasses import dataclass
from math import cos, log, pi, sin
from pathlib import Path

COLOURS = [
    "#8c8c94",
    "#d9a441",
    "#3b7dd8",
    "#c1440e",
    "#c99b6a",
    "#dcc48e",
    "#7fd1d1",
    "#3f54ba",
]


@dataclass(frozen=True)
class Planet:
    name: str
    distance_au: float
    radius_km: float
    period_years: float


def read(path: str | Path = Path(__file__).parent / "data/planets.csv") -> list[Planet]:
    """The planets of a CSV file with the columns name, distance_au, radius_km, period_years."""
    with Path(path).open(newline="") as file:
        return [
            Planet(row.pop("name"), **{key: float(value) for key, value in row.items()})
            for row in csv.DictReader(file)
        ]


def draw(planets: list[Planet], years: float = 0) -> str:
    """The solar system from above after some years, as SVG; distances and sizes are logarithmic."""
    shapes = [
        _planet(planet, colour, years) for planet, colour in zip(planets, COLOURS, strict=False)
    ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-160 -160 320 320" width="420">'
        '<rect x="-160" y="-160" width="320" height="320" rx="8" fill="#10131f"/>'
        '<circle r="9" fill="#ffd75e"/>' + "".join(shapes) + "</svg>"
    )


def _planet(planet: Planet, colour: str, years: float) -> str:
    orbit = 30 * log(1 + 4 * planet.distance_au)
    angle = 2 * pi * years / planet.period_years
    size = 1.5 * log(planet.radius_km / 700)
    return (
        f'<circle r="{orbit:.1f}" fill="none" stroke="#ffffff" stroke-opacity="0.15"/>'
        f'<circle cx="{orbit * cos(angle):.1f}" cy="{-orbit * sin(angle):.1f}" r="{size:.1f}" '
        f'fill="{colour}"><title>{planet.name}</title></circle>'
    )
