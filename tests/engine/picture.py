"""A session as a picture: screens of the real loop, one after the other, in one SVG without a font."""

import re
from xml.sax.saxutils import escape

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COLUMNS, ROWS = 80, 24
DARK = TerminalTheme(
    (24, 26, 31),
    (222, 224, 228),
    [(24, 26, 31), (255, 123, 114), (126, 231, 135), (242, 204, 96), (121, 192, 255), (210, 168, 255),
     (118, 227, 234), (222, 224, 228)],
)  # fmt: skip
PARTS = ("<style>{styles}</style>", "{backgrounds}", '<g class="{unique_id}-matrix">{matrix}</g>')
FORMAT = "<defs><clipPath id='unused'/>{lines}</defs>" + "".join(PARTS)

PAGE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d">
<title id="t">A session of kata</title>
<desc id="d">{described}</desc>
<style>
text {{ font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: 20px; }}
.frame {{ opacity: 0; animation: {seconds}s infinite step-end; }}
{frames}
@media (prefers-reduced-motion: reduce) {{
  .frame {{ animation: none }} .frame:last-of-type {{ opacity: 1 }} }}
</style>
<rect width="{width}" height="{height}" rx="10" fill="#181a1f"/>
{screens}
</svg>
"""


def lines_of(shown: str) -> list[Text]:
    """What a terminal of COLUMNS columns shows for this output, line by line."""
    shown = re.sub(r"\x1b\[\?\d+[hl]", "", shown)
    console = Console(width=COLUMNS)
    return [part for line in shown.split("\n") for part in Text.from_ansi(line).wrap(console, COLUMNS)]


def animated(moments: list[tuple[str, float]], described: str) -> str:
    """One SVG of `moments`: all that the terminal had shown by then, and for how many seconds it stays."""
    total = sum(seconds for _, seconds in moments)
    frames, screens, begun = [], [], 0.0
    for number, (shown, seconds) in enumerate(moments):
        console = Console(width=COLUMNS, record=True, file=open("/dev/null", "w"), force_terminal=True)  # noqa: SIM115
        with console.file:
            for line in lines_of(shown)[-ROWS:]:
                console.print(line, soft_wrap=True)
        drawn = console.export_svg(theme=DARK, code_format=FORMAT, unique_id=f"f{number}")
        start, end = 100 * begun / total, 100 * (begun + seconds) / total
        before = "0% { opacity: 0 } " if start else ""
        after = f"{end:.2f}% {{ opacity: 0 }}" if end < 100 else ""
        frames.append(f"@keyframes k{number} {{ {before}{start:.2f}% {{ opacity: 1 }} {after} }}")
        frames.append(f"#s{number} {{ animation-name: k{number} }}")
        drawn = re.sub(
            r' clip-path="url\([^"]*\)"', "", re.sub(r"<defs>.*?</defs>", "", drawn, flags=re.DOTALL)
        )
        screens.append(f'<g class="frame" id="s{number}" transform="translate(14 4)">{drawn}</g>')
        begun += seconds
    return PAGE.format(
        width=round(COLUMNS * 12.2) + 28, height=round((ROWS + 1) * 24.4) + 8, described=escape(described),
        seconds=round(total, 1), frames="\n".join(frames), screens="\n".join(screens),
    )  # fmt: skip
