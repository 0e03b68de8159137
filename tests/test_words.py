"""The page's words: the same ones in every language, asked for when somebody is answered, and none written elsewhere."""

import ast
import re
from pathlib import Path

import pytest

from deepart import ui
from deepart.studio import Studio
from deepart.ui import frame, page, tongue, train, words
from deepart.ui.train import words as train_words

UI = Path(words.__file__).parent.parent
SOURCES = [path for path in sorted(UI.rglob("*.py")) if path.parent.name != "words"]
TABLES = {"page": words.TABLES, "train": train_words.TABLES}
HAN = re.compile("[\u4e00-\u9fff]")
SAME = {  # what reads alike in both languages, and what is only a place for values
    "TITLE", "SHARE", "OTHER_CODE", "LEFT_OF", "MANY_AT", "OTHER_LANGUAGE", "OTHER_SHORT", "SHORTCUTS",
}  # fmt: skip
SHOWN = {"label", "info", "placeholder", "title", "caption"}  # arguments that an artist reads


def entries(table):
    return {name: value for name, value in vars(table).items() if name.isupper()}


def texts(value):
    """Every text in an entry, without the keys of what is looked up by a name."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from texts(each)
            yield from [key] if isinstance(each, tuple) else []  # buttons of examples, lines of charts
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)


@pytest.mark.parametrize("name", TABLES)
def test_every_language_has_the_same_entries(name):
    english, chinese = (entries(TABLES[name][language]) for language in tongue.LANGUAGES)
    assert english.keys() == chinese.keys()
    for entry, ours in english.items():
        theirs = chinese[entry]
        assert type(ours) is type(theirs), entry
        if isinstance(ours, dict) and entry != "SAMPLE_EXAMPLES":
            assert ours.keys() == theirs.keys(), entry
        assert len(list(texts(ours))) == len(list(texts(theirs))), entry


@pytest.mark.parametrize("name", TABLES)
def test_every_entry_is_translated_with_the_same_values_in_it(name):
    english, chinese = (entries(TABLES[name][language]) for language in tongue.LANGUAGES)
    left = []
    for entry, ours in english.items():
        for text, other in zip(texts(ours), texts(chinese[entry]), strict=True):
            if re.search(r"[A-Za-z]{3}", text) and not HAN.search(other) and entry not in SAME:
                left.append((entry, other))
            for value in re.findall(r"\{[a-z]+[}:]", text):
                assert value in other, (entry, other)
    assert left == []


class AtImport(ast.NodeVisitor):
    """Words that are looked up once, when a module is imported: they would be English for everybody."""

    def __init__(self):
        self.found, self.depth = [], 0

    def visit_FunctionDef(self, node):
        for each in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(each)
        self.inside(node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self.inside([node.body])

    def inside(self, nodes):
        self.depth += 1
        for each in nodes:
            self.visit(each)
        self.depth -= 1

    def visit_Attribute(self, node):
        if not self.depth and isinstance(node.value, ast.Name) and node.value.id in ("words", "page_words"):
            self.found.append((node.lineno, node.attr))
        self.generic_visit(node)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(UI).as_posix())
def test_no_word_is_looked_up_at_import_and_none_is_written_in_the_code(path):
    tree = ast.parse(path.read_text("utf-8"))
    looked = AtImport()
    looked.visit(tree)
    assert looked.found == []
    written = [
        (argument.lineno, argument.arg, argument.value.value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for argument in call.keywords
        if argument.arg in SHOWN and isinstance(argument.value, ast.Constant)
        if isinstance(argument.value.value, str) and re.search("[A-Za-z]{2}", argument.value.value)
    ]
    assert written == []


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "en"),
        ({"accept-language": ""}, "en"),
        ({"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh"),
        ({"accept-language": "zh-Hant-TW"}, "zh"),
        ({"accept-language": "en-GB,en;q=0.9,zh;q=0.8"}, "en"),
        ({"accept-language": "en;q=0.1, zh;q=0.2"}, "zh"),
        ({"accept-language": "de,fr;q=0.9"}, "en"),
        ({"accept-language": "de,zh;q=0.3"}, "zh"),
        ({"accept-language": "zh;q=0"}, "en"),
        ({"accept-language": "zh;q=x,;;,=,"}, "en"),
        ({"accept-language": "*"}, "en"),
        ({"accept-language": "en", "cookie": "a=b; deepart-language=zh"}, "zh"),
        ({"accept-language": "zh", "cookie": "deepart-language=en"}, "en"),
        ({"accept-language": "zh", "cookie": "deepart-language=xx"}, "zh"),
        ({"accept-language": "zh", "cookie": "\x00;;=;"}, "zh"),
    ],
)
def test_a_visitor_gets_the_language_they_chose_or_their_browser_asks_for(headers, language):
    assert tongue.asked(headers) == language


def test_words_follow_the_language_that_is_spoken():
    assert (words.SEED, train_words.TITLE) == ("Seed", "Train")
    with tongue.speaking("zh"):
        assert (words.SEED, train_words.TITLE, train.title()) == ("种子", "训练", "训练")
        assert words.sentence("没有图片") == "没有图片。"
    assert words.sentence("no picture") == "No picture."
    with pytest.raises(AttributeError):
        _ = words.NO_SUCH_WORD


def test_two_pages_that_are_laid_out_differently_are_not_mixed():
    one = {"components": [{"type": "button", "props": {}}], "dependencies": []}
    other = {"components": [{"type": "slider", "props": {}}], "dependencies": []}
    with pytest.raises(ValueError, match="differently"):
        page.translated(one, other)


@pytest.mark.parametrize("language", tongue.LANGUAGES)
def test_every_control_has_a_sentence_of_help(language, tmp_path, weights_folder):
    """Beside itself (info), or where the pointer rests."""
    controls = {"slider", "checkbox", "textbox", "dropdown", "radio", "number", "file", "image"}
    found = ui.build(Studio(weights_folder, "cpu"), ui.Desk(tmp_path, may_train=True))
    found.config = found.get_config_file()
    with tongue.speaking(language):
        helped = frame.helps()
        tables = (words.HELP_OF, words.HELP_OF_ADJUSTMENTS, train_words.HELP_OF)
        assert len(helped) == sum(map(len, tables))  # no two controls of one name
        shown = [part["props"] for part in found.config["components"] if part["type"] in controls]
    silent = {
        part["label"]
        for part in shown
        if part.get("label") and part.get("visible") != "hidden" and part.get("interactive") is not False
        if not part.get("info") and part["label"] not in helped
    }
    assert silent == set()
    assert all(len(said) < 90 for said in helped.values())
