"""Headings, tables and links as a reader meets them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kb.markdown import Heading, outline, render, sanitize
from kb.markdown.headings import slug
from tests.markdown import judges


def test_headings_go_down_a_level_and_can_be_pointed_at() -> None:
    assert render("# Läget\n\n## Vad vi *gjorde*\n\n###### Sex\n\nSetext\n===") == (
        '<h2 id="avsnitt-laget">Läget</h2>\n'
        '<h3 id="avsnitt-vad-vi-gjorde">Vad vi <em>gjorde</em></h3>\n'
        '<h6 id="avsnitt-sex">Sex</h6>\n'
        '<h2 id="avsnitt-setext">Setext</h2>\n'
    )


def test_outline() -> None:
    assert outline('# Läget & "nuet"\n\ntext\n\n> ## Å `kod` [länk](https://a.se)\n\n#\n') == (
        Heading(2, "avsnitt-laget-nuet", 'Läget & "nuet"'),
        Heading(3, "avsnitt-a-kod-lank", "Å kod länk"),
    )
    assert outline("ingen rubrik") == ()


def test_swedish_letters_in_a_slug() -> None:
    assert slug("Åtgärd: ÖVERSYN – é 2.0!") == "atgard-oversyn-e-2-0"
    assert len(slug("a" * 500)) == 60
    assert slug("?!") == slug("") == ""


def test_ids_stay_unique_whatever_the_headings_say() -> None:
    ids = [heading.id for heading in outline("# A\n# A-2\n# A\n# A\n# ?\n# !\n# rubrik\n# Rubrik 2\n")]
    assert ids == [
        "avsnitt-a",
        "avsnitt-a-2",
        "avsnitt-a-3",
        "avsnitt-a-4",
        "avsnitt-rubrik",
        "avsnitt-rubrik-2",
        "avsnitt-rubrik-3",
        "avsnitt-rubrik-2-2",
    ]


def test_texts_on_one_page_do_not_share_ids_or_table_names() -> None:
    text = "# Läget\n\n|a|\n|-|\n|b|\n"
    html = render(text, place='Lärdom "2"')
    assert 'id="avsnitt-lardom-2--laget"' in html
    assert 'aria-label="Tabell 1, Lärdom &quot;2&quot;"' in html
    assert outline(text, place='Lärdom "2"')[0].id == "avsnitt-lardom-2--laget"
    assert outline("# Lärdom 2 Läget")[0].id == "avsnitt-lardom-2-laget"


@given(st.lists(st.text(max_size=12).filter(lambda text: "\0" not in text), max_size=8))
def test_ids_are_safe_in_a_url_and_unique(words: list[str]) -> None:
    text = "\n\n".join("# " + re.sub(r"[\r\n\ud800-\udfff]", " ", word) for word in words)
    ids = [heading.id for heading in outline(text)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"avsnitt-[a-z0-9]+(-[a-z0-9]+)*", name) for name in ids)


def test_a_heading_without_words_is_dropped() -> None:
    assert render("#\n\n## ![](https://evil.example/x.png)\n\n## [](https://a.se)\n\nord") == "<p>ord</p>\n"


def test_a_table_is_a_named_region_that_the_keyboard_can_scroll() -> None:
    """A-18, A-29."""
    assert render("| Fas | År | Utfall |\n|---|:-:|--:|\n| Test | 2019 | 12 |\n") == (
        '<div class="table-scroll" role="region" tabindex="0" aria-label="Tabell 1"><table>\n'
        "<thead>\n<tr>\n"
        '<th scope="col">Fas</th>\n'
        '<th class="align-center" scope="col">År</th>\n'
        '<th class="align-right" scope="col">Utfall</th>\n'
        "</tr>\n</thead>\n<tbody>\n<tr>\n"
        "<td>Test</td>\n"
        '<td class="align-center">2019</td>\n'
        '<td class="align-right">12</td>\n'
        "</tr>\n</tbody>\n</table></div>\n"
    )


def test_tables_have_names_of_their_own() -> None:
    html = render("|a|\n|-:|\n\n> |b|\n> |-|\n")
    assert re.findall('aria-label="(.*?)"', html) == ["Tabell 1", "Tabell 2"]
    assert re.findall("<th.*?>.</th>", html) == [
        '<th class="align-right" scope="col">a</th>',
        '<th scope="col">b</th>',
    ]


def test_an_empty_header_is_a_plain_cell() -> None:
    """A-29."""
    html = render("| | `b` |\n|-|-|\n|c|d|\n")
    assert '<tr>\n<td></td>\n<th scope="col"><code>b</code></th>\n</tr>' in html


def test_a_link_that_leaves_says_so() -> None:
    assert render('[rapport & mer](HTTPS://exempel.se/?a=1&b=2 "Läs \\"mer\\"")') == (
        '<p><a href="HTTPS://exempel.se/?a=1&amp;b=2" title="Läs &quot;mer&quot;" class="external" '
        'rel="noopener noreferrer nofollow ugc">rapport &amp; mer'
        '<span class="visually-hidden"> (extern webbplats)</span></a></p>\n'
    )


def test_a_link_that_stays_has_no_mark() -> None:
    text = "[a](/sok) [b](#avsnitt-laget) [c](mailto:x@exempel.se) [d](tel:+46) [e](ftp://a.se)"
    assert render(text) == (
        '<p><a href="/sok">a</a> <a href="#avsnitt-laget">b</a> <a href="mailto:x@exempel.se">c</a> '
        '<a href="tel:+46">d</a> <a>e</a></p>\n'
    )


def test_a_link_without_words_is_no_link() -> None:
    assert render("x [](https://a.se) [![](https://b.se/x.png)](https://a.se)") == "<p>x  </p>\n"


def test_an_image_in_a_link_is_kept() -> None:
    html = str(render("[![Flöde](/bilder/01JD0000000000000000000000.png)](https://a.se)"))
    assert [node.tag for node in judges.nodes(html)] == ["p", "a", "img", "span"]


def test_code_is_shown_as_written() -> None:
    text = '```c++ onclick=x\nif (a < b && c) "<script>";\n```\n\n    \t&amp;\n'
    assert render(text) == (
        '<pre><code class="language-c++">if (a &lt; b &amp;&amp; c) "&lt;script&gt;";\n</code></pre>\n'
        "<pre><code>\t&amp;amp;\n</code></pre>\n"
    )
    assert "class" not in render('```x"y\nkod\n```')


def test_a_first_empty_line_of_preformatted_text_survives() -> None:
    once = sanitize("<pre>\n\nett\n</pre>")
    assert once == sanitize(once) == "<pre>\n\nett\n</pre>"


def test_raw_html_is_text() -> None:
    assert render('<h1 id="x">a</h1>\n\n<b>b</b> <!-- c -->') == (
        '<p>&lt;h1 id="x"&gt;a&lt;/h1&gt;</p>\n<p>&lt;b&gt;b&lt;/b&gt; &lt;!-- c --&gt;</p>\n'
    )


def test_characters_and_entities_survive() -> None:
    assert render('&amp; &amp;amp; &lt;b&gt; &nbsp;| &copy; & < > "citat" å – 😀 &#106; &bogus;') == (
        '<p>&amp; &amp;amp; &lt;b&gt; \u00a0| © &amp; &lt; &gt; "citat" å – 😀 j &amp;bogus;</p>\n'
    )
