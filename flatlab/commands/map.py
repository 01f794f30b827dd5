"""``flatlab map``: draw where a statement stops being true."""

import time
from pathlib import Path
from typing import Annotated

import typer

from flatlab.commands._shared import Output, app, select_claims
from flatlab.lab.exits import orderly_exit


@app.command("map")
def draw(
    name: Annotated[str, typer.Argument(metavar="CLAIM", help="An id, or the path of a file with one claim.")],
    over: Annotated[
        tuple[str, str], typer.Option(help="Two parameters, with ends or without: `h=0.5:3 rho`.", metavar="X Y")
    ],
    at: Annotated[
        list[str] | None, typer.Option(help="A value of another parameter: `d=5`.", show_default="the first corner")
    ] = None,
    points: Annotated[int, typer.Option(help="Settings along each parameter.")] = 24,
    evaluations: Annotated[int, typer.Option(help="Settings of the search for the least margin.")] = 60,
    seed: Annotated[int, typer.Option(help="Seed of the random numbers.")] = 0,
    record: Annotated[str | None, typer.Option(help="Name of the record.", show_default="map_ and the id")] = None,
    figure: Annotated[bool, typer.Option("--figure/--no-figure", help="Draw the map.")] = True,
    output: Output = Path("results"),
) -> None:
    """Draw the margin of a claim over two parameters, within its hypotheses and beyond.

    A parameter without ends passes over its range and a quarter of it more on either side. Writes a record, as
    experiments do, and a figure. After an interrupt the same call goes on.
    """
    from flatlab.base import checks
    from flatlab.base.files import writable_folder
    from flatlab.evidence.slices import axis_of, base_of, checked_points, margin_over, parsed
    from flatlab.lab.margin_maps import dataset_of, draw_map, parameters
    from flatlab.lab.plotting import headline, house_style
    from flatlab.lab.plotting import save as save_figure
    from flatlab.lab.small_print import claims_line, parameters_line
    from flatlab.storage.records import load, save

    folder = output / "map"
    with orderly_exit(f"interrupted; what was judged is kept in {folder}, the same call goes on from there"):
        points, seed = checked_points(points), checks.seed("seed", seed)
        evaluations = checks.integer("evaluations", evaluations, at_least=1)
        claims = select_claims([name])
        if len(claims) != 1:
            raise ValueError(f"CLAIM must be one claim, {name!r} stands for {len(claims)}")
        (claim,) = claims.values()
        axes = [axis_of(claim, words, points) for words in over]
        base = base_of(claim, parsed(at or []))
        writable_folder(folder)
        begun = time.perf_counter()
        found = margin_over(claim, axes, base, seed=seed, evaluations=evaluations, folder=folder)
        path = output / f"{record or 'map_' + claim.id.replace('/', '_').replace('-', '_')}.nc"
        made, seconds = parameters(claim.id, found), time.perf_counter() - begun
        typer.echo(save(dataset_of(found), path, parameters=made, seed=seed, seconds=seconds))
        if figure:
            with house_style():
                drawn = draw_map(load(path))
                headline(drawn, claim.title, parameters_line(made, seed), claims_line([claim.id], {claim.id: claim}))
            how = {"seed": seed, "parameters": made, "claims": [claim.id], "title": claim.title}
            for written in save_figure(drawn, path.with_suffix(""), **how):
                typer.echo(written)
