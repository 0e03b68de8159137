"""Every sentence on the page, in English."""

TITLE = "deepart"
TAGLINE = (
    "A small studio of neural painters. Look at a picture's style, find new ones, bend them, paint them anew."
)
FOOTER = "Everything happens on the machine that runs this page. Every painting you download as a PNG carries its recipe."

OUR_FAULT = "Something went wrong on our side; nothing of yours was lost."
NOT_UPLOADED = "This picture did not come from you: drop it on the page, or upload it first."
NO_PICTURE = "There is no picture yet: drop one on the page, paste it, or take it with the camera."
GONE = "This picture is no longer here: uploads and results are kept for an hour. Put it on the page again."
BUSY = "The studio is busy: try again in {seconds} s. Nothing of yours was lost."
OPENED_BEFORE = "The studio was started anew since this page was opened: load the page again."
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
TOO_BIG = "This is too big: at most {megabytes:.3g} MB are taken here."
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
MODES = {"one": "One picture", "many": "Many pictures", "compare": "Compare two"}
MODE = "What to look at"
SEND = "Send to {title}"
COPY_LINK = "Copy link"
LINK_COPIED = "Link copied"
SORRY = "This could not be done"
NO_TOOL = "this picture was made with a tool that is not on this page ({task}): open it in a newer deepart."
BRING_BACK = "Drop a PNG made here to bring it back"
HISTORY_BROKEN = "What you make is not kept just now"

# History
HISTORY = "History"
HISTORY_HELP = "Everything you made, newest first. Pick one to bring it back with all its controls."
HISTORY_EMPTY = "Nothing yet. Paint something, and it will hang here."
HISTORY_PICK = "Pick a picture from the wall."
HISTORY_KEPT = "Kept in the folder “{folder}” of this machine."
HISTORY_VISIT = (
    "Kept while this page is open; your browser remembers the recipes. Download what you want to keep."
)
NO_STARS = "No picture has a star yet: give one to what you want to keep together."
ONLY_STARRED = "Only with a star"
ZIP_STARRED = "Zip of the starred"
STAR = "Star:"
NEWER, OLDER = "Newer", "Older"
RESTORE = "Bring it back"
COMPARE_WITH = "Compare with..."
COMPARE_PICK = "Now pick the other one."
DELETE = "Delete"
UNDELETE = "Undo deleting"
NOT_KEPT = (
    "The picture itself is no longer kept. Its recipe is: bring it back, with the file it was made from."
)
KINDS_MADE = {
    "sample": "Painting",
    "sliders": "Sliders",
    "restyle": "Restyled",
    "adjust": "Adjusted",
    "enlarge": "Enlarged",
    "film": "Film",
}

DAY_AT = "{day} {month} {clock}"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Presets
PRESETS = "Presets"
PRESET = "A preset"
PRESET_USE = "Use"
PRESET_NAME = "Name for the settings as they are now"
PRESET_SAVE = "Save"
PRESETS_EXPORT = "Save as a file"
PRESETS_IMPORT = "Load a file"

# Keys
KEYS = "Keys"
OTHER_LANGUAGE, OTHER_SHORT, OTHER_CODE = "中文", "中", "zh"
THEME = "Light or dark"
CLOSE = "Close"
SHORTCUTS = (
    ("Ctrl + Enter", "make it: paint, download, film"),
    ("Esc", "stop"),
    ("R", "random"),
    ("Z", "undo"),
    ("Shift + Z", "redo"),
    ("Arrow keys", "step a slider that has the focus"),
    ("?", "this list"),
)

WHY = "Why this style"
WHY_STYLE = "What speaks for"
WHY_MAP = "Your picture, and what in it speaks for the style"
WHY_HINT = (
    "Drag the line. Red places add most to this style's chance, grey ones nothing. It shows what moves our program, "
    "which is not always what would move a person."
)
SOURCE = "Source: {source}."
RESEMBLES = "What it resembles"
RESEMBLES_WORKS = "Nearest works"
RESEMBLES_PAINTERS = "Nearest painters"
RESEMBLES_HINT = (
    "Among {count} works that the program learned from. A similarity of 1 means the same picture. Painters and dates are as the "
    "collections give them."
)
RESEMBLES_HEAD = ("Painter", "Title", "Year", "Style", "Similarity")
NO_TITLE = "(title unknown)"
PALETTE = "Palette"
PALETTE_HINT = "Click a colour to copy its code."
PALETTE_COPY = "Copy {code}"
PALETTE_COPIED = "Copied"
TEMPERATURE = "Warm and cool"
TEMPERATURES = {"warm": "warm", "cool": "cool", "grey": "grey"}
LIGHT = "Light and dark"
LIGHTS = {"light": "light", "middle": "middle", "dark": "dark"}
PALETTE_FACTS = (
    "Warm is crimson over orange to yellow, cool is green over blue to violet, grey is nearly colourless. Mean "
    "lightness {lightness:.0%}, from the darkest to the lightest parts {contrast:.0%} of the way from black to white."
)

MANY_DROP = "Drop pictures here"
MANY_FOLDER = "Choose a folder"
MANY_STOP = "Stop"
MANY_CSV = "Download CSV"
MANY_HEAD = ("Picture", "File", "Style", "Chance", "Second", "Verdict")
MANY_VERDICTS = {"sure": "sure", "unsure": "unsure", "not-a-painting": "not a painting"}
MANY_AT = "{done} of {count}"
MANY_DONE = "{done} files looked at."
MANY_STOPPED = "Stopped: {done} of {count} looked at."
MANY_UNREAD = "not read"
MANY_UNREADABLE = "{bad} could not be read."
MANY_TOO_MANY = "At most {most} files at once, got {count}: choose fewer."

COMPARE_FIRST, COMPARE_SECOND = "First picture", "Second picture"
COMPARE_DROP = "Drop a picture here"
COMPARE_EMPTY = "Put a picture on each side."
COMPARE_RESULT = "Comparison"
COMPARE_SHARED = "Their chances of styles overlap by {shared:.0%}."
COMPARE_ALIKE = "Similarity {similarity:.2f}: more alike than {alike:.0%} of pairs of works drawn at random."

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
GALLERY_HINT = "Click a painting to put it on the easel: there you change it, download it, and go on from it."
STOP = "Stop"
STYLE = "Kind or style"
ANY_STYLE = "Anything"
BLEND_WITH = "Blended with"
BLEND = "How much of the second, in %"
VARIATION = "Variation"
NO_SEED = "Found, not drawn from a seed"
EASEL = "On the easel"
EASEL_EMPTY = "<p>Click a painting above.</p>"
NOTHING_ON_EASEL = "There is no painting on the easel yet: click one on the wall, or paint some first."
MIX = "Take the colours of seed"
MIX_EMPTY = "none"
MIX_LEVEL = "From level"
MIX_INFO = "low: its whole look; high: its finest touches only"
AMOUNT = "How far, in %"
AMOUNT_INFO = "small: close kin; large: strangers"
VARY = "Eight variations"
OWN_TAB = "Your own picture"
PROJECT = "Find it"
PROJECT_HELP = "Drop a picture, and the generator looks for the painting that is most like it. Then all controls work on it."
LIKENESS = "The nearest painting so far"
SEARCH = "Step {step} of {most}; mean error {error:.3f} of 2"
WALK_TAB = "A walk"
WALK_HELP = "Collect paintings from the easel; the film goes from one to the next. Without any, it takes the first four of the wall."
WALK_ADD = "Add the painting on the easel"
WALK_CLEAR = "Clear"
WALK_STOPS = "Paintings on the walk"
WALK_MODELS = "a walk stays with one generator: clear it, and add paintings of one model."
WALK_FULL = "a walk has at most {most} paintings: clear it, or film it first."
SECONDS = "Seconds"
FPS = "Frames a second"
FILM_KIND = "File"
LOOP = "Back to the first, without a seam"
FILM = "Film it"
FILM_VIEW = "The walk"
FILM_DOWNLOAD = "Download the film"
FRAME = "Frame {count} of {most}"
SHEET_TAB = "Contact sheet and export"
SHEET = "Contact sheet"
SHEET_HELP = "One control in five steps: for the painting on the easel or, while it is empty, for the first six on the wall."
ALONG = "Along the rows"
SEEDS = "Seeds"
EXPORT = "Pack a zip"
EXPORT_HELP = "Many paintings at once, as on the wall: one PNG for every seed with its recipe, and a table. 1-24 or 3,5,9; at most 500."
EXPORTED = "{count} of {most} packed"
EXPORT_DOWNLOAD = "Download the zip"

# Sliders
SLIDERS = "Sliders"
SLIDERS_HELP = "Put your own picture on the sliders and bend it: its light, its colours, its weight. What you do not move stays as it is."
FADERS = "What to change"
MORE_AXES, FEWER_AXES = "More axes", "Fewer axes"
LOCK = "Lock"
RANDOM = "Random"
HEAT = "Temperature"
HEAT_INFO = "of Random: low is calm, high is wild"
RESET = "Reset"
UNDO, REDO = "Undo", "Redo"
TAKE_AWAY = "Take my picture away"
KEEP = "Keep detail"
KEEP_INFO = "your own picture with the change in it, at its own size; without, what the model makes of it"
DOWNLOAD = "Download PNG"
DOWNLOAD_IT = "Download"
MAKING = "One moment"
OWN = "Put your own picture on the sliders"
OWN_DROP = "Drop your own picture here"
OWN_EXAMPLES = "Or one of these, drawn by a program"
YOURS = "Yours"
BEFORE_AFTER = "Before and after"
REMADE = "As the sliders see it"
ON_EASEL = "The painting"
BAD_POINT = 'A point is what random_point or encode gave: {"z": numbers, "aspect": two numbers or null}.'
BAD_SLIDERS = "Sliders are {name of an axis: sigma}, sigma a number."
SAVE_TAB = "Values as a file"
SAVE_HELP = "The values of all axes as a small file: put them on another picture, today or next year."
SAVE_VALUES = "Save values"
LOAD_HELP = "A file of values moves the axes of the picture that is there."
LOAD = "A file of values"
ASKED = " Drop it where your own picture goes; Reset forgets about it."
MORPH_TAB = "Morph"
MORPH_HELP = (
    "From picture to picture through what lies between them. Drop some, or add what is on view above."
)
MORPH_DROP = "Pictures for the path"
MORPH_ADD = "Add what is on view"
MORPH_STOPS = "Pictures on the path"
MORPH_AT = "Where on the path, in %"
MORPH_VIEW = "The picture between"
MORPH_DETAIL = "Melt the detail of own pictures"
MORPH_LOOP = "Back to the first"
MORPH_TO_BENCH = "Put this on the sliders"
MORPH_SUM = "First \u2212 second + third"
MORPH_SUM_INFO = "What the first has and the second has not, given to the third: on the sliders."
MORPH_STRIP = "Film strip"
MORPH_EMPTY = "<p>Two pictures make a path.</p>"
MORPH_FEW = "there are too few pictures on the path: this needs {least}, there are {count}"
MORPH_FULL = "a path has at most {most} pictures: clear it, or film it first"
MAP_TAB = "Map"
MAP_HELP = "Where the paintings lie that the model learned from. Click anywhere, or on a style, to see what lies there; the ring is what is on view."
MAP_VIEW = "Map of the paintings"
MAP_YOURS = "What is on view above"
MAP_NEAR = "Nearest here: {styles}."

# Restyle
RESTYLE = "Restyle"
RESTYLE_HELP = "Your own picture in the manner of others, at its own size. What you paint on changes, what you do not stays."
RESTYLE_OWN = "The picture to work on"
RESTYLE_DROP = "Drop your own picture here"
STYLE_TAB = "Style"
STYLE_ADD = "Add style pictures"
STYLE_EXAMPLES = "Or a style drawn by a program"
STYLES_CHOSEN = "Styles"
STYLES_EMPTY = "No style yet: add a picture whose manner you want, or click one below."
STYLE_REMOVE = "Take away"
STYLE_SHARE = "Share of"
STYLES_FULL = "at most {most} styles at once: take one away first"
NO_STYLE = "choose a style first: add a picture, or click one of the examples"
BAD_SHARES = "every style has a share from 1 to 100"
STRENGTH = "Strength, in %"
STRENGTH_INFO = "0 is your picture, 100 all of it painted anew"
STROKE = "Strokes"
STROKES = {"fine": "Fine", "medium": "Medium", "bold": "Bold"}
KEEP_COLOURS = "Keep my colours"
KEEP_COLOURS_INFO = "only light, dark and strokes change"
ONLY_HERE = "Only here"
ONLY_HERE_INFO = (
    "Paint where a style shall go. Edges are soft; with nothing painted the whole picture changes."
)
STYLE_NUMBER = "Style"
ERASER = "Eraser"
CLEAR = "Clear"
BRUSH_WIDTH = "Brush"
BRUSH_CANVAS = "A small copy of your picture to paint on"
REST = "Blend all styles in the rest"
REST_INFO = "else the rest stays as it is"
SIZE = "Size of the finished picture"
FULL_SIZE = "As large as my picture"
GO_ON = "Go on from this"
SHARE = "{done:.0%}"
ADJUST_TAB = "Adjust"
ADJUSTMENTS = {  # number -> what the page calls it
    "exposure": "Exposure, in stops",
    "contrast": "Contrast",
    "highlights": "Light parts",
    "shadows": "Dark parts",
    "warmth": "Warmth",
    "saturation": "Saturation",
    "straighten": "Straighten, in degrees",
    "left": "Left edge, in %",
    "top": "Upper edge, in %",
    "right": "Right edge, in %",
    "bottom": "Lower edge, in %",
    "colours": "How many",
}
FRAMING = "Frame"
TURN = "Turn right"
MIRROR = "Mirror"
FEW_COLOURS = "Few colours"
COLOURS_INFO = "2 to 16 of the picture's own; 0 for all"
ONLY_COLOURS = "Or only these"
ONLY_COLOURS_INFO = "such as #1d3557 #e63946 #f1faee"
ADJUST_BAD = "Give a picture and {name of an adjustment: number}."
ENLARGE_TAB = "Enlarge"
ENLARGE_HINT = "More pixels for a print, with edges and brushwork instead of blur. What the picture does not hint at is not invented."
TIMES = {2: "Twice as large", 4: "Four times as large"}
HOW_LARGE = "How large"
LOOK_CLOSELY = "Look at the middle first"
INTERPOLATED = "Merely stretched"
ENLARGED = "Enlarged"
ENLARGED_SIZE = "The whole will have {width} x {height} pixels."
RESTYLE_BAD_WISH = "Give a picture, one to four style pictures, and numbers as described."

MODEL = "Model"
EXAMPLES = {  # file in deepart/assets -> what it shows
    "wave": "A wave, as if printed",
    "planes": "Planes and lines",
    "dusk": "Dusk in dots",
    "mist": "Mountains in ink",
}

# One sentence for every control that says none beside itself; it appears where the pointer rests.
HELP_OF = {  # entry that is its label -> what it does
    "MODEL": "Which of the models that are here does the work.",
    "MODE": "One picture closely, a whole folder as a table, or two side by side.",
    "WHY_STYLE": "The style whose reasons the map shows.",
    "PRESET": "Settings that you saved under a name, in this browser.",
    "PRESET_NAME": "Your own name for all controls of this tab as they stand.",
    "SEED": "A whole number, the painting's own; the same one paints the same picture.",
    "COUNT": "How many paintings, from this seed on.",
    "STYLE": "The kind or style of the paintings; anything leaves it to chance.",
    "BLEND_WITH": "A second one, to paint what lies between the two.",
    "BLEND": "0 is all of the first, 100 all of the second.",
    "MIX": "Keeps this painting's shapes and takes the colours of another seed.",
    "SECONDS": "How long the film lasts.",
    "FPS": "24 is a film's, 12 an animation's; more frames take longer to make.",
    "FILM_KIND": "MP4 is the smallest; GIF and WebP play where films do not.",
    "LOOP": "The film ends where it began, so that it can run for ever.",
    "ALONG": "The control that changes from left to right.",
    "SEEDS": "Which ones go into the zip, such as 1-24 or 3,5,9.",
    "MORPH_AT": "0 is the first picture, 100 the last.",
    "MORPH_DETAIL": "Lets the fine detail of your own pictures fade into each other as well.",
    "MORPH_LOOP": "The path ends at the picture where it began.",
    "MORPH_DROP": "The pictures that the path leads through, in this order.",
    "LOAD": "Values that were saved here, put on the picture that is there.",
    "STROKE": "How broad the brush is: fine keeps small things, bold loses them.",
    "SIZE": "The longer side of the file that you download.",
    "HOW_LARGE": "How many times as wide and as high.",
    "MIRROR": "Left and right change places.",
    "ONLY_STARRED": "Hides everything without a star.",
    "BRING_BACK": "Its tab opens with every control as it was.",
    "MANY_DROP": "Up to some thousand files; one bad file does not stop the rest.",
    "CLASSIFY": "The picture whose style you want to know.",
    "COMPARE_FIRST": "The picture on the left.",
    "COMPARE_SECOND": "The picture on the right.",
    "OWN": "Your own picture; it stays on the machine that runs this page.",
    "RESTYLE_OWN": "Your own picture; it stays on the machine that runs this page.",
}
HELP_OF_ADJUSTMENTS = {
    "exposure": "One stop more is twice the light.",
    "contrast": "Above 0 light and dark move apart, below together.",
    "highlights": "Lightens or darkens what is light already.",
    "shadows": "Lightens or darkens what is dark already.",
    "warmth": "Above 0 towards orange, below towards blue.",
    "saturation": "-100 is black and white.",
    "straighten": "Turns the picture a little and crops the corners.",
    "left": "How much is cut off, counted from the left.",
    "top": "How much is cut off, counted from the top.",
    "right": "Where the picture ends, counted from the left.",
    "bottom": "Where the picture ends, counted from the top.",
}
