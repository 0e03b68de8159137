"""What a client may name, and what it gets to see of this machine's paths."""

import json

import pytest

from deepart.ui.references import Foreign, Gone, References

META = {"_type": "gradio.FileData"}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "up loads"  # a blank, as in a Mac's temporary folder
    (folder / "abc").mkdir(parents=True)
    (folder / "abc" / "mine ü.png").write_bytes(b"mine")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (folder / "abc" / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "away").symlink_to(tmp_path)
    return folder


@pytest.fixture
def references(folder):
    return References(folder)


@pytest.fixture
def mine(references):
    return references.sign("abc/mine ü.png")


def file(path, **more):
    return {"path": path, "meta": META, **more}


def test_there_and_back(references, folder, mine):
    reply = json.dumps([str(folder / "abc" / "mine ü.png")])
    assert json.loads(references.hand_out(reply.encode())) == [mine]
    back = references.take_back({"data": [file(mine, orig_name="mine.png", size=4)]})
    assert back["data"] == [
        file(str(folder / "abc" / "mine ü.png"), url=None, is_stream=False, orig_name="mine.png", size=4)
    ]


@pytest.mark.parametrize("ascii", [True, False])
def test_replies_tell_no_path_whichever_way_they_are_written(references, folder, mine, ascii):
    from urllib.parse import quote, unquote

    path = str(folder / "abc" / "mine ü.png")
    url = f"http://host/gradio_api/file={quote(path)}"
    said = {"path": path, "url": url, "html": f"<img src='{path}'>", "note": f"no {folder} and no {folder}/x"}
    reply = references.hand_out(json.dumps(said, ensure_ascii=ascii).encode())
    told = json.loads(reply)
    assert told["path"] == mine and unquote(told["url"].partition("file=")[2]) == mine
    assert mine in told["html"] and told["note"] == "no unknown and no unknown"
    for spelling in (str(folder), quote(str(folder)), "up loads"):
        assert spelling not in reply.decode()


def test_a_reply_without_paths_is_not_touched(references):
    reply = b'{"data": ["data:image/png;base64,AAAA"]}'
    assert references.hand_out(reply) is reply


def test_only_files_right_in_a_folder_of_ours_are_signed(references, folder):
    for inside in ("x.png", "a/b/c.png", "../secret.png", "a/..", "a//b", "./a", "/a", "a/", "", "a/b\0"):
        with pytest.raises(Foreign):
            references.sign(inside)
    assert references.hand_out(f'"{folder}/deep_links/x/state.json"'.encode()) == b'"unknown"'
    assert references.hand_out(f'"{folder}/abc/../../secret.png"'.encode()) == b'"unknown"'


@pytest.mark.parametrize(
    "forge",
    [
        lambda mine, folder: str(folder / "abc" / "mine ü.png"),  # the true path, from wherever it is known
        lambda mine, folder: "abc/mine ü.png",
        lambda mine, folder: mine[:-1],
        lambda mine, folder: mine.replace("mine", "other"),
        lambda mine, folder: "0" * 32 + mine[32:],
        lambda mine, folder: mine.upper(),
        lambda mine, folder: mine + "/../../../secret.png",
        lambda mine, folder: mine + "\0",
        lambda mine, folder: "/etc/hostname",
        lambda mine, folder: "http://127.0.0.1:9/x.png",
        lambda mine, folder: "data:image/png;base64,AAAA",
        lambda mine, folder: "é" + mine,
        lambda mine, folder: "\ud800",
        lambda mine, folder: "",
        lambda mine, folder: None,
        lambda mine, folder: 7,
        lambda mine, folder: [mine],
        lambda mine, folder: {"path": mine},
    ],
)
@pytest.mark.parametrize(
    "nest",
    [
        lambda path: file(path),
        lambda path: {"path": path},  # without meta
        lambda path: {"path": path, "meta": {"_type": "other"}},
        lambda path: [[{"image": file(path), "caption": None}]],  # a gallery
        lambda path: {"state": {"deep": [{"er": file(path)}]}},
        lambda path: {"background": None, "layers": [file(path)], "composite": None},
    ],
)
def test_forged_references_are_refused(references, folder, mine, forge, nest):
    with pytest.raises(Foreign):
        references.take_back({"data": [nest(forge(mine, folder))]})


@pytest.mark.parametrize(
    "value",
    [
        {"url": "http://127.0.0.1:9/x.png", "meta": META},
        {"url": "/gradio_api/file=/etc/hostname"},
        {"meta": META},
        {"orig_name": "x.png"},
        {"is_stream": True},
        "/etc/hostname",
        " /etc/hostname",
        "~/.ssh/id_rsa",
        "../../etc/hostname",
        "\\\\server\\share",
        "C:\\secret",
        "file:///etc/hostname",
        "HTTPS://evil.example/x.png",
        "data:image/png;base64,AAAA",
        {"/etc/hostname": 1},
    ],
)
def test_texts_and_bare_dicts_that_point_elsewhere_are_refused(references, value):
    with pytest.raises(Foreign):
        references.take_back({"data": [{"deep": [value]}]})


def test_a_text_cannot_have_a_path_signed_by_being_echoed(references, folder):
    with pytest.raises(Foreign):
        references.take_back({"data": [f"see {folder}/abc/mine ü.png"]})


@pytest.mark.parametrize(
    "value",
    ["7", "a/b", "what / how?", "hat: red", "...", "", 7, 1.5, None, True, {"z": [0.0], "aspect": None}],
)
def test_what_artists_send_passes_unchanged(references, value):
    assert references.take_back({"data": [value]}) == {"data": [value]}


def test_nothing_but_the_signed_path_is_believed(references, mine):
    sent = file(
        mine, url="http://evil.example/x", is_stream=True, orig_name="../../x.png", mime_type=["x"], root="/"
    )
    back = references.take_back(sent)
    assert (back["url"], back["is_stream"], back["orig_name"]) == (None, False, "x.png")
    assert set(back) == {"path", "url", "is_stream", "meta", "orig_name"}


def test_links_are_not_followed(references):
    for inside in ("abc/link.png", "away/secret.png"):
        with pytest.raises(Foreign):
            references.find(references.sign(inside))


def test_a_file_that_was_swept_up_is_told_apart(references, folder, mine):
    (folder / "abc" / "mine ü.png").unlink()
    with pytest.raises(Gone):
        references.take_back([file(mine)])


def test_another_start_has_another_key(folder, mine):
    with pytest.raises(Foreign):
        References(folder).find(mine)


def test_deep_nesting_ends(references):
    value = "x"
    for _ in range(50):
        value = [value]
    with pytest.raises(RecursionError):
        references.take_back(value)


@pytest.mark.parametrize(
    "name", ["L'été à Paris (2) & co #3.png", "100% o'clock.png", "img src=x onerror=t='ran'.png"]
)
@pytest.mark.parametrize("ascii", [True, False])
def test_names_that_people_give_their_pictures_come_through(references, folder, name, ascii):
    from urllib.parse import quote, unquote

    (folder / "abc" / name).write_bytes(b"mine")
    path = str(folder / "abc" / name)
    url = f"http://host/gradio_api/file={quote(path)}"
    reply = json.loads(
        references.hand_out(json.dumps({"path": path, "url": url}, ensure_ascii=ascii).encode())
    )
    assert references.find(reply["path"]) == folder / "abc" / name
    assert unquote(reply["url"].partition("file=")[2]) == reply["path"]
