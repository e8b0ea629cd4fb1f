"""A browser without script: follows redirects, reads forms, fills them, posts them.

It keeps connections open as browsers do, knows nothing of the portal's paths and finds its
way by what the pages say. Runs inside a device's namespace.
"""
import html.parser
import time
import urllib.parse

from . import wire

AGENT = ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/60.0.3112.32 Safari/537.36")


class Page(html.parser.HTMLParser):
    """What a reader meets: language, title, headings, text, links and forms."""

    def __init__(self, text):
        super().__init__()
        self.lang, self.title, self.headings, self.texts = "", "", [], []
        self.links, self.forms = [], []
        self._form, self._inside = None, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag not in ("input", "meta", "link", "br", "img", "hr"):
            self._inside.append(tag)
        if tag == "html":
            self.lang = found.get("lang", "")
        elif tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "form":
            self._form = {"action": found.get("action", ""), "fields": [], "choices": [],
                          "labels": [], "method": found.get("method", "get").upper()}
            self.forms.append(self._form)
        elif self._form is not None and tag in ("input", "button") and found.get("name"):
            pair = (found["name"], found.get("value", ""))
            if found.get("type") == "radio":
                self._form["choices"].append(pair)
            elif tag == "input":
                self._form["fields"].append(pair)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        while tag in self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        text = " ".join(data.split())
        if not text or "style" in self._inside or "script" in self._inside:
            return
        if self._form is not None and "label" in self._inside and self._form["choices"]:
            self._form["labels"].append(text)
        if "title" in self._inside:
            self.title += text
        elif "svg" not in self._inside:
            self.texts.append(text)
            if self._inside and self._inside[-1] in ("h1", "h2", "legend"):
                self.headings.append(text)


class Browser:
    """resolve: name -> address. Connections to one place are reused while they last."""

    def __init__(self, resolve, language="vi", timeout=10, ca=None):
        self.resolve, self.language, self.timeout, self.ca = resolve, language, timeout, ca
        self.open = {}
        self.steps = []

    def close(self):
        for connection in self.open.values():
            connection.close()
        self.open = {}

    def _once(self, place, request, tls):
        connection = self.open.pop(place, None)
        if connection is not None:
            try:
                connection.send(request)
                return connection, connection.answer()
            except (ConnectionError, BrokenPipeError):
                connection.close()  # kept open, closed meanwhile: a browser asks again
        connection = wire.Connection(*place, timeout=self.timeout, tls=tls)
        connection.send(request)
        return connection, connection.answer()

    def request(self, method, url, fields=None):
        host, port, path = wire.split_url(url)
        place = (host if wire.is_address(host) else self.resolve(host), port)
        headers = [("Host", wire.host_header(host, port)), ("User-Agent", AGENT),
                   ("Accept", "text/html"), ("Accept-Language", self.language)]
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields).encode()
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        begun = time.monotonic()
        connection, answer = self._once(place, wire.request_bytes(method, path, headers, body),
                                        wire.tls_of(url, self.ca))
        if answer["close"]:
            connection.close()
        else:
            self.open[place] = connection
        self.steps.append({"method": method, "url": url, "status": answer["status"],
                           "location": answer.header("Location"),
                           "ms": (time.monotonic() - begun) * 1000,
                           "size": len(answer["body"]), "to": place[0]})
        return answer

    def navigate(self, method, url, fields=None):
        """Follows redirects to a page. Returns url, answer."""
        for _ in range(8):
            answer = self.request(method, url, fields)
            if answer["status"] not in (301, 302, 303, 307, 308):
                return url, answer
            url = urllib.parse.urljoin(url, answer.header("Location"))
            if answer["status"] not in (307, 308):
                method, fields = "GET", None
        raise ConnectionError(f"redirected eight times, at last to {url}")


def _fill(form, choose):
    fields = list(form["fields"])
    if form["choices"]:
        index = {"first": 0, "last": -1}.get(choose, choose)
        fields.append(form["choices"][index % len(form["choices"])])
    return fields


def visit(browser, url, choose="first", stop_after=None):
    """
    From the first probe to the end. The end is a page without a form to post, or with the
    one that ends a session.
    stop_after: number of forms to post at most. Returns the pages met.
    """
    pages = []
    url, answer = browser.navigate("GET", url)
    while True:
        text = answer["body"].decode("utf-8", "replace")
        page = Page(text)
        posts = [form for form in page.forms if form["method"] == "POST"]
        pages.append({"url": url, "status": answer["status"], "lang": page.lang,
                      "title": page.title, "headings": page.headings, "texts": page.texts,
                      "forms": posts, "html": text})
        ends = posts and posts[0]["action"].startswith("/end")
        if answer["status"] != 200 or not posts or ends or len(pages) > 12:
            return pages
        if stop_after is not None and len(pages) > stop_after:
            return pages
        action = urllib.parse.urljoin(url, posts[0]["action"])
        url, answer = browser.navigate("POST", action, _fill(posts[0], choose))
