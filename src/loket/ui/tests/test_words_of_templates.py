"""Whatever people read in a template can be translated: no raw English between the tags or in their attributes."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

import loket

PACKAGE = Path(loket.__file__).parent
TEMPLATES = sorted(each for kind in ("html", "txt") for each in PACKAGE.glob(f"*/templates/**/*.{kind}"))
READ = {"title", "alt", "aria-label", "aria-description", "aria-roledescription", "placeholder", "summary"}
SILENT = {"script", "style", "code", "kbd", "textarea"}
# Nothing but attributes of an element that stands in another template.
ATTRIBUTES = {"composer_data.html", "upload_data.html"}
# Names, units and signs that are the same in all languages; the customer and the letters of samples.
NAMES = re.compile(
    r"\b(Loket|HubSpot|MB|kB|UTC|TLS|DNS|SPF|DKIM|DMARC|IMAP|SMTP|CSV|URL|ID|URI|STARTTLS|https|Alice Jansen|Bob de Vries|Dora|Aa)\b"
)
WORD = re.compile(r"[^\W\d_]{2,}")
LOGIC = {"translate", "blocktranslate", "url", "asset", "if", "elif"}
ARGUMENT = re.compile(r'\b(?:label|help|words|text|heading|title|lead|empty|name|called)="([^"]*)"')


class Reader(HTMLParser):
    """Collects what people read."""

    def __init__(self):
        super().__init__()
        self.read, self.inside = [], []

    def handle_starttag(self, tag, attrs):
        self.inside.append(tag)
        given = dict(attrs)
        is_button = tag == "button" or given.get("type") in ("submit", "button", "reset")
        self.read += [
            value or "" for name, value in attrs if name in READ or (tag == "input" and is_button and name == "value")
        ]

    def handle_endtag(self, tag):
        while tag in self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        if not SILENT & set(self.inside):
            self.read.append(data)


def end_of_hidden(tag):
    """How the end begins of what this tag takes away from people's eyes, or translates; None for other tags."""
    name, *arguments = tag.split()
    if name == "comment" or name.startswith("blocktrans"):
        return f"end{name}"
    is_class = name == "block" and (arguments[0].endswith("class") or arguments[0] == "panes")
    return "endblock" if is_class else None


def raw_words(source, is_html=True):
    """The texts of a template that no tag translates."""
    page, arguments, hidden_until = "", [], None
    for token in Lexer(source).tokenize():
        name = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        if hidden_until:
            hidden_until = None if name.startswith(hidden_until) else hidden_until
        elif token.token_type == TokenType.TEXT:
            page += token.contents
        elif token.token_type == TokenType.VAR:
            page += "·"
        elif name:
            hidden_until = end_of_hidden(token.contents)
            arguments += [] if name in LOGIC else ARGUMENT.findall(token.contents)
            page += " "
    reader = Reader()
    if is_html:
        reader.feed(page)
    else:
        reader.handle_data(page)
    reader.close()
    return [each.strip() for each in reader.read + arguments if WORD.search(NAMES.sub("", each))]


@pytest.mark.parametrize(
    "template",
    [each for each in TEMPLATES if each.name not in ATTRIBUTES],
    ids=lambda each: str(each.relative_to(PACKAGE)),
)
def test_every_word_can_be_translated(template):
    assert raw_words(template.read_text(), is_html=template.suffix == ".html") == []


@pytest.mark.parametrize("source", [
    "<p>Hello there</p>", '<a title="Go on">{{ x }}</a>', '<img alt="A cat">', '<input placeholder="Search">',
    '<button aria-label="Close">x</button>', '<input type="submit" value="Send">', "<p>{{ name }} wrote</p>",
    "<p>{% if x %}Yes{% else %}{% translate 'No' %}{% endif %}</p>", '{% field form.x label="Name" %}',
    "{% blocktranslate %}Well{% endblocktranslate %} done", "<title>Sign in</title>",
])  # fmt: skip
def test_raw_english_is_found(source):
    assert raw_words(source)


@pytest.mark.parametrize("source", [
    "<p>{% translate 'Hello there' %}</p>", '<a title="{% translate "Go on" %}" class="button plain">{{ x }}</a>',
    "{% comment %}Only for us{% endcomment %}{# And this #}", "<script>let words = 1</script><style>p { color: red }</style>",
    "{% blocktranslate %}Well done{% endblocktranslate %}", '{% field form.x label=_("Name") %}', "<p>Loket · 5 MB</p>",
    '<input name="q" value="query">', "<!-- nobody reads it -->",
])  # fmt: skip
def test_what_nobody_reads_or_a_tag_translates_is_none(source):
    assert raw_words(source) == []


def test_templates_were_found():
    assert len(TEMPLATES) > 100
