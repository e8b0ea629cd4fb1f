"""What a visitor is shown, in what order, checked against the content pack on disk."""
import html
import re

from harness import TREE, Lab

LAB = {"phones": 3}
SAFETY = {"vi": "không bao giờ hỏi mật khẩu, OTP, số thẻ hay số căn cước",
          "en": "never asks for passwords, OTPs, card or ID numbers"}

FOREIGN = re.compile(r'<script|\son\w+=|https?://|<link(?! rel="icon" href="data:,")|<img|'
                     r'@import|url\(')


def read(path):
    with open(f"{TREE}/etc/content/{path}", encoding="utf-8") as text:
        return text.read()


def pack(language):
    """{stem: {id, objective, why, key, options}}, {objective: lesson body}."""
    text, structure = read(f"text/{language}.cfg"), read("structure.cfg")
    keys = {}
    for entry in re.findall(r"\{[^{}]*\bform\s*=[^{}]*\}", structure):
        value = dict(re.findall(r'(\w+)\s*=\s*"([^"]*)"', entry))
        keys[value["id"]] = value
    stems, lessons = {}, {}
    for name, body in re.findall(r"([A-Z][A-Z0-9-]+) : \{(.*?)\};", text, re.S):
        value = dict(re.findall(r'(\w+)\s*=\s*"([^"]*)"', body))
        if "stem" in value:
            stems[value["stem"]] = {"id": name, "objective": keys[name]["objective"],
                                    "key": value[keys[name]["key"]], **value}
        elif "body" in value:
            lessons[name] = value["body"]
    return stems, lessons


def seen(page):
    return html.unescape(page["html"])


def question_of(page, stems):
    """The one that is asked; earlier ones may stand there too, explained."""
    found = [html.unescape(text) for text in re.findall(r"<legend>(.*?)</legend>", page["html"])]
    assert len(found) == 1 and found[0] in stems, f"{found}"
    return stems[found[0]]


def check_visit(lab, language, choose):
    stems, lessons = pack(language)
    phone = lab.phone()
    visit = phone.visit(language=language, choose=choose)
    assert visit.online
    questions = [question_of(page, stems) for page in visit.pages[:3]]
    return visit.pages, questions, lessons


def test_three_questions_two_siblings_and_one_of_another_objective(lab):
    for _ in range(6):
        _, asked, _ = check_visit(lab, "vi", "first")
        assert len({one["id"] for one in asked}) == 3
        assert asked[0]["objective"] == asked[1]["objective"] != asked[2]["objective"], \
            f"{[one['id'] for one in asked]}"


def test_the_lesson_comes_after_the_first_question_and_is_its_own(lab):
    pages, asked, lessons = check_visit(lab, "vi", "first")
    body = lessons[asked[0]["objective"]]
    assert body in seen(pages[1]) and len(body.split()) <= 60
    assert not [one for one in lessons.values() if one in seen(pages[0])]


def test_every_answer_is_explained_right_or_wrong(lab):
    for language in ("vi", "en"):
        for choose in range(3):
            pages, asked, _ = check_visit(lab, language, choose)
            shown = [seen(page) for page in pages]
            for number, question in enumerate(asked):
                places = [at for at, text in enumerate(shown) if question["why"] in text]
                assert places, f"the explanation of question {number + 1} is never shown"
                assert min(places) > number, f"explained before it is answered: {places}"
                assert question["key"] in shown[places[0]], "the right answer is not shown"


def test_the_first_key_is_not_shown_before_the_second_question(lab):
    pages, asked, _ = check_visit(lab, "vi", "last")
    assert asked[0]["why"] not in seen(pages[0]) + seen(pages[1])


def test_every_page_promises_to_ask_for_nothing(lab):
    for language, sentence in SAFETY.items():
        pages, _, _ = check_visit(lab, language, "first")
        for page in pages:
            assert sentence in seen(page), f"{page['url']} in {language}"
            assert page["lang"] == language


def test_no_page_has_a_script_or_anything_from_elsewhere(lab):
    pages, _, _ = check_visit(lab, "vi", "first")
    for page in pages:
        text = page["html"]
        assert len(text.encode()) <= 14 * 1024, f"{len(text.encode())} bytes"
        found = FOREIGN.search(text)
        assert not found, f"{page['url']}: {text[found.start():found.start() + 60]}"
        assert "<title>" in text and page["title"]


def test_progress_is_shown(lab):
    pages, _, _ = check_visit(lab, "vi", "first")
    for number, page in enumerate(pages[:3], 1):
        assert f"{number} / 3" in seen(page), page["texts"]


def test_the_score_counts_the_right_answers(lab):
    for choose in range(4):
        pages, asked, _ = check_visit(lab, "vi", choose)
        right = 0
        for page, question in zip(pages, asked):
            options = page["forms"][0]["labels"]
            right += options[choose % len(options)] == question["key"]
        assert re.search(rf"\b{right}/3\b", seen(pages[3])), \
            f"{right} right, the page says {[t for t in pages[3]['texts'] if '/3' in t]}"


def test_a_page_fetched_again_asks_the_same(lab):
    stems, _ = pack("vi")
    phone = lab.phone()
    for answered in range(3):
        first = phone.visit(f"{phone.portal}/", stop_after=0).last
        again = phone.visit(f"{phone.portal}/", stop_after=0).last
        assert question_of(first, stems) == question_of(again, stems)
        assert first["forms"][0]["choices"] == again["forms"][0]["choices"]
        phone.visit(f"{phone.portal}/", stop_after=1)
        assert answered < 3


def test_the_language_can_be_changed_on_the_way(lab):
    phone = lab.phone()
    phone.visit(f"{phone.portal}/", stop_after=1)
    before = phone.visit(f"{phone.portal}/", stop_after=0).last
    assert before["lang"] == "vi" and "2 / 3" in seen(before)
    after = phone.visit(f"{phone.portal}/?lang=en", stop_after=0).last
    assert after["lang"] == "en" and "2 / 3" in seen(after)
    assert question_of(before, pack("vi")[0])["id"] == question_of(after, pack("en")[0])["id"]
    visit = phone.visit(f"{phone.portal}/")  # the browser still says vi; the visitor chose en
    languages = [page["lang"] for page in visit.pages]
    assert visit.online and set(languages) == {"en"}, f"{languages}"


def test_a_language_that_is_not_there_is_the_first_one(lab):
    assert lab.phone().visit(language="fr-FR,fr;q=0.9").last["lang"] == "vi"
    phone = lab.phone()
    assert phone.visit(f"{phone.portal}/?lang=xx", stop_after=0).last["lang"] == "vi"


def test_options_are_shuffled(lab):
    orders = set()
    for _ in range(12):
        phone = lab.phone()
        page = phone.visit(f"{phone.portal}/", stop_after=0).last
        orders.add(tuple(value for _, value in page["forms"][0]["choices"]))
    assert len(orders) > 1, f"always {orders}"


def test_an_express_visit_is_a_lesson_and_one_question():
    with Lab(phones=1, conf={"portal": {"visit": "express"}}) as lab:
        stems, lessons = pack("vi")
        phone = lab.phone()
        visit = phone.visit()
        assert visit.online and phone.is_online()
        posts = [step for step in visit.steps if step["method"] == "POST"]
        assert len(posts) == 2, f"{visit}"
        question = question_of(visit.pages[0], stems)
        assert lessons[question["objective"]] in seen(visit.pages[0])
        assert question["why"] in seen(visit.pages[1])
