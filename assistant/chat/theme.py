"""How the page looks and what its head holds: theme, style sheets, script, content policy."""

from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parent / "assets"

SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]

STYLES = ("frame.css", "talk.css", "talks.css", "sources.css", "library.css")

PALETTE: dict[str, tuple[str, str]] = {
    "paper": ("#faf9f6", "#16181b"),  # the page
    "sheet": ("#ffffff", "#1e2125"),  # what lies on it: cards, fields
    "shade": ("#f0eee8", "#272b30"),  # quiet surfaces, hover
    "ink": ("#23262b", "#e7e4de"),  # text
    "quiet": ("#5c626b", "#a6abb3"),  # secondary text
    "rule": ("#dedad1", "#363b42"),  # hairlines
    "edge": ("#8b8578", "#777e88"),  # borders of fields and buttons
    "accent": ("#1f5673", "#8cc4e0"),  # links, chips, the button that asks
    "on-accent": ("#ffffff", "#10202a"),
    "tint": ("#e4eef3", "#21343f"),  # chips
    "mark": ("#ffe9a3", "#5b4a14"),  # quoted words
    "on-mark": ("#2a2307", "#fff1c9"),
    "warn": ("#8a4b08", "#e9b26f"),  # doubt
    "bad": ("#9d2f24", "#f0988d"),  # failure
}
"""Each colour of the page on light and on dark; text on its ground keeps WCAG AA (4.5 to 1)."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Gradio builds functions from strings
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "form-action 'none'",
    )
)
"""What the browser may load: nothing that does not come from this server."""


_GRADIO_COLOURS = {
    "body_background_fill": "paper",
    "body_text_color": "ink",
    "body_text_color_subdued": "quiet",
    "background_fill_primary": "sheet",
    "background_fill_secondary": "paper",
    "border_color_primary": "rule",
    "border_color_accent": "accent",
    "color_accent_soft": "tint",
    "link_text_color": "accent",
    "link_text_color_hover": "accent",
    "link_text_color_active": "accent",
    "link_text_color_visited": "accent",
    "block_background_fill": "sheet",
    "block_border_color": "rule",
    "block_label_background_fill": "sheet",
    "block_label_text_color": "quiet",
    "block_title_text_color": "quiet",
    "block_info_text_color": "quiet",
    "panel_background_fill": "paper",
    "input_background_fill": "sheet",
    "input_background_fill_focus": "sheet",
    "input_border_color": "edge",
    "input_border_color_focus": "accent",
    "input_placeholder_color": "quiet",
    "slider_color": "accent",
    "button_primary_background_fill": "accent",
    "button_primary_background_fill_hover": "accent",
    "button_primary_border_color": "accent",
    "button_primary_text_color": "on-accent",
    "button_secondary_background_fill": "sheet",
    "button_secondary_background_fill_hover": "shade",
    "button_secondary_border_color": "edge",
    "button_secondary_text_color": "ink",
    "button_cancel_background_fill": "sheet",
    "button_cancel_background_fill_hover": "shade",
    "button_cancel_border_color": "bad",
    "button_cancel_text_color": "bad",
    "checkbox_background_color": "sheet",
    "checkbox_background_color_selected": "accent",
    "checkbox_border_color": "edge",
    "table_text_color": "ink",
}


def make_theme() -> Any:
    """Gradio's plain theme with system fonts and the palette's colours."""
    import gradio as gr

    theme = gr.themes.Base(font=SANS, font_mono=MONO, radius_size=gr.themes.sizes.radius_md)
    colours = {
        f"{name}{ending}": PALETTE[colour][at]
        for name, colour in _GRADIO_COLOURS.items()
        for at, ending in enumerate(("", "_dark"))
    }
    return theme.set(**colours, button_border_width="1px", input_border_width="1px")


def head() -> str:
    """What goes into the page's head."""
    policy = CONTENT_SECURITY_POLICY.replace('"', "&quot;")
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="referrer" content="no-referrer">'
        '<meta name="color-scheme" content="light dark">'
    )


def style() -> str:
    """The palette as variables, and all style sheets, as one."""
    light, dark = (
        " ".join(f"--{name}: {pair[at]};" for name, pair in PALETTE.items()) for at in (0, 1)
    )
    sheets = [(ASSETS / name).read_text(encoding="utf-8") for name in STYLES]
    return "\n".join([f":root {{ {light} }}", f".dark {{ {dark} }}", *sheets])


def page_script() -> str:
    """The script that runs once when the page opens."""
    return (ASSETS / "page.js").read_text(encoding="utf-8")
