"""Every sentence on the page, in one place."""

TITLE = "deepart"
TAGLINE = "A small studio of neural painters. Look at your picture's style, find paintings that never were, bend them."
FOOTER = "Everything happens on the machine that runs this page. Every PNG carries the recipe that made it."

OUR_FAULT = "Something went wrong on our side; nothing of yours was lost."
NOT_UPLOADED = "This picture did not come from you: drop it on the page, or upload it first."
NO_PICTURE = "There is no picture yet: drop one on the page, paste it, or take it with the camera."
GONE = "This picture is no longer here: uploads and results are kept for an hour. Put it on the page again."
NO_ROOM = "The machine that runs this page cannot store another picture just now; nothing else was lost. Try again later."

# The boundary. Whoever runs the page reads these; an artist meets only TOO_BIG and TOO_MANY_LOGINS.
WRONG_HOST = (
    "This page does not answer to that name. Open it by the address that it printed at its start,"
    " or start it with --public-url and the address that visitors type."
)
WRONG_ORIGIN = (
    "This request came from another page and was refused. If you reach the studio through a proxy,"
    " start it with --public-url and the address that visitors type."
)
NOT_HERE = "There is nothing at this address."
NOT_LIKE_THIS = "This address does not take requests of this kind."
TOO_BIG = "This is too big: at most {megabytes:g} MB are taken here."
NOT_JSON = "The request must be JSON, in UTF-8, not nested more than {depth} deep."
TOO_MANY_LOGINS = "Too many wrong passwords. Wait {seconds} seconds, then try again."

# Classify
CLASSIFY = "Classify"
CLASSIFY_HELP = (
    "Which way of painting does a picture come nearest to? Drop one in, paste it, or click an example."
)
CLASSIFY_DROP = "Drop a picture here"
CLASSIFY_EXAMPLES = (
    "Or try one of these. A program drew them; they are no evidence of how well the styles are told apart."
)
CLASSIFY_EMPTY = "The styles will stand here, the likeliest first."
CLASSIFY_ALL = "All {count} styles"
RESULT = "Styles of your picture"

# Sample
SAMPLE = "Sample"
SAMPLE_HELP = (
    "Paintings that never existed. A seed is the number of a painting: the same seed paints it again."
)
SEED = "Seed"
DICE = "Roll the dice"
COUNT = "How many"
PSI = "Truncation psi"
PSI_INFO = "lower: closer to the average, calmer; 1: as it learned"
PAINT = "Paint"
SAMPLE_TRY = "Or start from one of these"
SAMPLE_EXAMPLES = {  # button -> seed, how many, psi
    "Four quiet ones": ("11", 4, 0.4),
    "Eight as it learned": ("100", 8, 1.0),
    "Sixteen, untamed": ("2000", 16, 1.3),
}
GALLERY = "Paintings"
GALLERY_HINT = "Click a painting to see it large and to download it as PNG."

# Sliders
SLIDERS = "Sliders"
SLIDERS_HELP = "One painting, ten ways to change it. Move a slider, or put your own picture on them and start from there."
FADERS = "What to change"
RANDOM = "Random"
RESET = "Reset"
DOWNLOAD = "Download PNG"
OWN = "Put your own picture on the sliders"
OWN_DROP = "Drop your own picture here"
OWN_EXAMPLES = "Or one of these, drawn by a program"
YOURS = "Yours"
REMADE = "As the sliders see it"
ON_EASEL = "The painting"
BAD_POINT = 'A point is what random_point or encode gave: {"z": numbers, "aspect": two numbers or null}.'

MODEL = "Model"
EXAMPLES = {  # file in deepart/assets -> what it shows
    "wave": "A wave, as if printed",
    "planes": "Planes and lines",
    "dusk": "Dusk in dots",
    "mist": "Mountains in ink",
}


def sentence(text: str) -> str:
    """A known error's text, beginning with a capital and ending with a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
