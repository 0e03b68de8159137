"""The theme: paper, ink and one accent; the fonts of the artist's own system, so that nothing is fetched."""

from gradio.themes import Base
from gradio.themes.utils.colors import Color

PAPER = Color("#faf8f4", "#f4f1ea", "#e6e1d6", "#d3ccbe", "#aca493", "#7d7668", "#5f594d", "#46413a", "#2b2824", "#1e1c19", "#151412")  # fmt: skip
SEAL = Color("#fbf1ee", "#f5ddd5", "#ecc0b3", "#e0a08e", "#d98a74", "#b8492f", "#a33e27", "#8a3522", "#6d2b1d", "#512117", "#38170f")  # fmt: skip

SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

THEME = Base(primary_hue=SEAL, neutral_hue=PAPER, font=SANS, font_mono=MONO, radius_size="sm").set(
    body_background_fill="*neutral_50",
    body_background_fill_dark="*neutral_950",
    body_text_color="*neutral_800",
    body_text_color_dark="*neutral_100",
    body_text_color_subdued="*neutral_600",
    body_text_color_subdued_dark="*neutral_400",
    background_fill_primary="*neutral_50",
    background_fill_primary_dark="*neutral_950",
    background_fill_secondary="*neutral_100",
    background_fill_secondary_dark="*neutral_900",
    border_color_primary="*neutral_200",
    border_color_primary_dark="*neutral_800",
    block_background_fill="transparent",
    block_background_fill_dark="transparent",
    block_border_width="0px",
    block_border_width_dark="0px",
    block_shadow="none",
    block_shadow_dark="none",
    block_label_background_fill="transparent",
    block_label_background_fill_dark="transparent",
    block_label_border_width="0px",
    block_label_border_width_dark="0px",
    block_title_text_weight="500",
    block_title_text_color="*neutral_700",
    block_label_text_color="*neutral_700",
    block_label_text_color_dark="*neutral_200",
    block_title_text_color_dark="*neutral_200",
    block_info_text_color="*neutral_600",
    block_info_text_color_dark="*neutral_400",
    panel_border_width="0px",
    input_background_fill="#fffefb",
    input_background_fill_dark="*neutral_900",
    input_border_color="*neutral_300",
    input_border_color_dark="*neutral_700",
    input_border_width="1px",
    button_primary_background_fill="*primary_500",
    button_primary_background_fill_hover="*primary_600",
    button_primary_background_fill_dark="*primary_500",
    button_primary_background_fill_hover_dark="*primary_600",
    button_primary_text_color="#fffdf9",
    button_primary_text_color_dark="#fffdf9",
    button_secondary_background_fill="transparent",
    button_secondary_background_fill_dark="transparent",
    button_secondary_background_fill_hover="*neutral_100",
    button_secondary_background_fill_hover_dark="*neutral_900",
    button_secondary_border_color="*neutral_300",
    button_secondary_border_color_dark="*neutral_700",
    button_secondary_text_color="*neutral_800",
    button_secondary_text_color_dark="*neutral_100",
    button_border_width="1px",
    slider_color="*primary_500",
    slider_color_dark="*primary_400",
    link_text_color="*primary_600",
    link_text_color_dark="*primary_400",
)
