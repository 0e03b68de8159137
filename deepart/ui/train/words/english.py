"""Every sentence of the Train tab, in English."""

TITLE = "Train"
HELP = "Your own pictures become a model of your own. It stays on this machine, and its tab offers it."
HOSTED = (
    "Training happens on your own machine, not on this page. Get deepart, start it with python app.py and open this tab there,"
    " or use the command: python -m deepart train vae --data MY-PICTURES --name my-prints"
)

KIND = "What it shall become"
KINDS = {  # kind -> what the page calls it
    "vae": "Sliders for my pictures",
    "gan": "A painter of new ones",
    "restyle": "A hand that restyles",
    "classifier": "An eye that tells my labels apart",
}
KIND_HELP = {
    "vae": "A VAE: your pictures get axes of their own in Sliders. From about 60 pictures.",
    "gan": "A GAN: new pictures from seeds in Sample, in the manner of yours. From about 100 pictures.",
    "restyle": "Style transfer in Restyle, tuned to your paintings. From about 12 pictures.",
    "classifier": "A classifier: Classify in your own words. Two labels or more, 15 pictures of each.",
}
DROP = "Pictures, or a zip of them"
FOLDER = "Or a folder on this machine"
FOLDER_INFO = "its path; nothing is copied, sub-folders are labels"
CLEAR = "Take them away"
COUNT = "{count} pictures"
COUNT_LABELS = "{count} pictures, {labels} labels"
NO_PICTURES = "There are no pictures yet: drop some, or name a folder on this machine."
LABELS = "Labels"
LABELS_HEAD = ["File", "Label"]
LABELS_HELP = (
    "A classifier needs them; a GAN learns to paint what has a name, where every picture has one. They come from folders, "
    "or from a CSV of file and label that you drop; change them here (the first 5,000 are shown)."
)
NAME = "Its name"
NAME_INFO = "small letters, digits, - and _"
START_FROM = "Start from"
NEWEST = "{name}, which came with deepart"
NOTHING = "Nothing"
START_INFO = "from a model it takes minutes, from nothing hours"
MINUTES = "Minutes"
MINUTES_INFO = "0: as long as is usual"
BAD_MINUTES = "The time is a number of minutes, or 0 for what is usual."
CHECK = "Look at the pictures first"
CHECKING = "Reading the pictures and trying a few steps. This takes a moment."
START = "Start"
STARTED = "It is in the list below. It goes on when you close this page."

REPORT = "What there is"
ESTIMATE = "It takes {sentence}."
SPLITS = {
    "train": "to train on",
    "val": "held back to see whether it learns by heart",
    "test": "held back for a last test",
}
SIZES = "From {smallest} to {largest} pixels, most about {middle}."
TROUBLE = "Files that cannot be read, and pictures that come twice"
CANNOT = "Cannot be read"
EXACT = "The same file"
NEAR = "Nearly the same"
AUGMENTED = "As the training sees them"
FINE = "Nothing is wrong with them."

LIST = "Trainings"
LIST_EMPTY = "No training yet."
STATES = {
    "waiting": "waits",
    "starting": "begins",
    "reading": "reads the pictures",
    "running": "at work",
    "finishing": "finds out what it can do, and saves",
    "paused": "paused",
    "stopped": "stopped",
    "failed": "failed",
    "finished": "finished",
    "interrupted": "was interrupted",
}
WATCH, PAUSE, RESUME, STOP, FINISH, DELETE = (
    "Watch",
    "Pause",
    "Resume",
    "Stop",
    "Make a model of it now",
    "Delete",
)
REALLY, KEEP = "Delete for good", "Keep"
GONE = "This training is not there any more."

LIVE = "How it stands"
LIVE_EMPTY = "What you look at, or train, will stand here."
ETA = "{done:.0%} done, about {left} left"
DONE = "{done:.0%} done"
LEFT_OF = "of {name}"
FACTS = {
    "pictures": "pictures seen",
    "speed": "pictures a second",
    "time": "time so far",
    "rate": "learning rate",
    "memory": "memory at most",
    "device": "on",
}
PREVIEW = {
    "vae": "In pairs: a picture, and what the model makes of it",
    "gan": "A row of your pictures, a row of copies, and new ones from the same seeds each time",
    "restyle": "A row of styles, a row of pictures, and each picture in each style",
    "classifier": "Rows: the label; columns: what it says",
}
CHARTS = {  # kind -> [(title, {figure: what the line is called})]
    "vae": [
        ("Distance from the pictures", {"train": "trained on", "val": "held back"}),
        ("Mean error of a copy", {"vae/l1": "now"}),
    ],
    "gan": [
        ("Distance of copies", {"G/copy": "now"}),
        ("What the critic thinks", {"D/real": "of yours", "D/fake": "of new ones"}),
        ("Samples, 1 is as varied as yours", {"diversity": "variety", "nearest": "distance to yours"}),
    ],
    "restyle": [
        ("Loss", {"restyle/loss": "now"}),
        ("What is left to learn", {"train": "trained on", "val": "held back"}),
    ],
    "classifier": [
        ("Loss", {"heads/loss": "now"}),
        ("Right of those held back", {"accuracy": "share"}),
        ("Nats a picture", {"train": "trained on", "val": "held back"}),
    ],
    "enlarge": [],
}
STEP = "step {step}"

MODELS = "Your models"
MODELS_EMPTY = "None yet. What you train or bring in stands here, and in its tab's list of models."
OWN_MODEL = "One of them"
EXPORT = "Pack as a zip"
EXPORT_FILE = "Download the zip"
IMPORT = "Bring one in"
IMPORT_INFO = "A zip that deepart packed: its card and weights are checked before they are used."
IMPORTED = "{name} is there: every tab lists it."
DELETED = "{name} is gone."
NO_MODEL = "Choose one of your models first."
NOT_SURE = "Delete {name} for good?"
CARD = "Its card"
CARD_FACTS = {
    "kind": "Kind",
    "pictures": "Pictures",
    "hours": "Hours",
    "steps": "Steps",
    "start": "Began from",
    "seen": "Pictures seen",
    "hardware": "On",
    "figures": "Figures",
    "warnings": "Notes",
}
FIGURES = {
    "val": "loss on those held back",
    "train": "on those trained on",
    "accuracy": "share told right",
    "diversity": "variety of samples",
    "nearest": "their distance to your pictures",
}
TASKS = {
    "classify": "Classify",
    "sample": "Sample",
    "sliders": "Sliders",
    "restyle": "Restyle",
    "enlarge": "Restyle",
}

HELP_OF = {  # entry that is its label -> what it does
    "KIND": "Which tab the finished model is for.",
    "DROP": "They are copied into the training's own folder, and go with it.",
    "OWN_MODEL": "One of those that you trained or brought in.",
    "IMPORT": "A zip that deepart packed.",
}
