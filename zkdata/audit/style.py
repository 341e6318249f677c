"""How our pages look, by day and by night."""

COLOURS = 8
"""Of series, in an order in which neighbours are told apart by any eye; the rest of the page is ink."""

_DAY = """
  color-scheme: light; --page: #f6f6f3; --card: #fdfdfc; --ink: #11110f; --soft: #52514e; --faint: #85837b;
  --line: #e3e2db; --axis: #b9b8af; --code: #efeee9; --rest: #a9a79f; --pale: #b7d3f6; --good: #00700a;
  --s1: #2a78d6; --s2: #eb6834; --s3: #1baf7a; --s4: #d99400; --s5: #4a3aa7; --s6: #e87ba4; --s7: #008300; --s8:
    #e34948;
"""
_NIGHT = """
  color-scheme: dark; --page: #111110; --card: #1b1b1a; --ink: #f7f7f5; --soft: #c3c2b7; --faint: #908e85;
  --line: #2f2f2c; --axis: #55544e; --code: #252523; --rest: #6d6b65; --pale: #1c4377; --good: #5ac465;
  --s1: #3987e5; --s2: #d95926; --s3: #199e70; --s4: #c98500; --s5: #9085e9; --s6: #d55181; --s7: #35a035; --s8:
    #e66767;
"""
_SERIES = "\n".join(
    f".s{n} {{ fill: var(--s{n}); background: var(--s{n}); }} .l{n} {{ stroke: var(--s{n}); }}"
    for n in range(1, COLOURS + 1)
)

STYLE = f"""
:root {{{_DAY}}}
@media (prefers-color-scheme: dark) {{ :root {{{_NIGHT}}} }}
* {{ box-sizing: border-box; }}
html {{ -webkit-text-size-adjust: 100%; }}
body {{ margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI",
  Roboto,
  "Helvetica Neue", "DejaVu Sans", sans-serif; }}
main {{ max-width: 1120px; margin: 0 auto; padding: 40px 20px 72px; }}
h1 {{ font-size: clamp(28px, 5vw, 42px); line-height: 1.1; letter-spacing: -0.02em; margin: 0 0 10px; text-wrap:
  balance; }}
h2 {{ font-size: 23px; line-height: 1.2; letter-spacing: -0.01em; margin: 60px 0 6px; }}
h3 {{ font-size: 16px; line-height: 1.3; margin: 0 0 2px; }}
p {{ margin: 8px 0; max-width: 74ch; color: var(--soft); }}
p.lead {{ font-size: 18px; color: var(--ink); max-width: 62ch; }}
p.about {{ font-size: 13.5px; max-width: none; }}
.eyebrow {{ font-size: 13px; letter-spacing: 0.07em; text-transform: uppercase; color: var(--faint); margin: 0 0 12px;
  }}
a {{ color: var(--s1); }}
nav {{ display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 22px 0 0; font-size: 14px; }}
nav a {{ text-decoration: none; }} nav a:hover {{ text-decoration: underline; }}
.tiles {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 190px), 1fr)); gap: 12px; margin:
  28px 0 0; }}
.tile, figure {{ background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px;
  margin: 0; }}
.tile b {{ display: block; font-size: 30px; line-height: 1.15; letter-spacing: -0.02em; font-weight: 650; }}
.tile span {{ display: block; font-size: 14px; color: var(--soft); margin-top: 4px; }}
.tile i {{ display: block; font-style: normal; font-size: 12.5px; color: var(--faint); margin-top: 6px; }}
.pair {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr)); gap: 16px; margin:
  18px 0; }}
figure {{ min-width: 0; }}
figcaption {{ font-size: 13.5px; line-height: 1.45; color: var(--soft); margin-bottom: 12px; }}
svg {{ display: block; width: 100%; height: auto; overflow: visible; font-size: 12.5px; fill: var(--ink); }}
svg .soft {{ fill: var(--soft); }} svg .faint {{ fill: var(--faint); }} svg .number {{ font-variant-numeric:
  tabular-nums; }}
svg .end {{ text-anchor: end; }} svg .middle {{ text-anchor: middle; }} svg .strong {{ font-weight: 650; }}
.grid {{ stroke: var(--line); stroke-width: 1; }} .axis {{ stroke: var(--axis); stroke-width: 1; }}
.curve {{ fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }}
.dashed {{ stroke-dasharray: 6 5; }}
.dot {{ stroke: var(--card); stroke-width: 2; }}
.whisker {{ stroke: var(--soft); stroke-width: 1.5; }}
.rest {{ fill: var(--rest); background: var(--rest); }} .pale {{ fill: var(--pale); background: var(--pale); }}
{_SERIES}
.legend {{ display: flex; flex-wrap: wrap; gap: 3px 16px; list-style: none; margin: 0 0 10px; padding: 0; font-size:
  13px; color: var(--soft); }}
.legend li {{ display: flex; align-items: center; gap: 7px; }}
.legend span {{ width: 11px; height: 11px; border-radius: 3px; flex: none; }}
.scroll {{ overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 16px
  0; }}
.scroll:focus-visible, summary:focus-visible {{ outline: 2px solid var(--s1); outline-offset: 2px; }}
table {{ border-collapse: collapse; width: 100%; font-size: 13px; line-height: 1.4; }}
th, td {{ padding: 7px 9px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line);
  font-variant-numeric: tabular-nums; }}
th {{ color: var(--soft); font-weight: 600; vertical-align: bottom; white-space: normal; }}
p.warning {{ border-left: 3px solid var(--s4); padding-left: 12px; }}
tr:last-child td {{ border-bottom: 0; }}
.words {{ text-align: left; }}
details {{ margin: 14px 0; }} summary {{ cursor: pointer; font-size: 14px; color: var(--soft); }}
code, pre {{ font: 13px/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
pre {{ margin: 0; padding: 12px 16px; }} .commands {{ background: var(--code); }}
code {{ overflow-wrap: anywhere; }} pre code {{ overflow-wrap: normal; }}
footer {{ margin-top: 64px; font-size: 13.5px; color: var(--faint); }}
@media (max-width: 600px) {{
  main {{ padding: 28px 12px 56px; }} h2 {{ margin-top: 48px; }} .tile, figure {{ padding: 14px 12px; }}
  .tiles {{ grid-template-columns: 1fr 1fr; }} .tile b {{ font-size: 24px; }} svg {{ font-size: 14.5px; }}
}}
@media print {{ body {{ background: #fff; }} figure, .tile, .scroll {{ break-inside: avoid; }} }}
"""
