# SPDX-License-Identifier: MIT
"""site_links.py HTML-DIR: each link between pages of the manual leads to a page and an anchor in it."""

import html.parser
import os
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.places, self.links = set(), []
        with open(path, encoding="utf-8") as text:
            self.feed(text.read())

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.places.update(values[name] for name in ("id", "name") if values.get(name))
        for name in ("href", "src"):
            if values.get(name):
                self.links.append(values[name])


folder = sys.argv[1]
pages = {
    name: Page(os.path.join(folder, name))
    for name in sorted(os.listdir(folder))
    if name.endswith(".html")
}
bad = 0
for name, page in pages.items():
    for link in page.links:
        url = urllib.parse.urlsplit(link)
        if url.scheme or url.netloc:
            continue
        to = urllib.parse.unquote(url.path) or name
        place = urllib.parse.unquote(url.fragment)
        if not os.path.exists(os.path.join(folder, to)):
            print(f"{name}: {link} leads nowhere")
        elif place and to in pages and place not in pages[to].places:
            print(f"{name}: {link} leads to no place in {to}")
        else:
            continue
        bad += 1
print(f"{len(pages)} pages, {bad} bad links")
sys.exit(bad != 0 or "index.html" not in pages)
