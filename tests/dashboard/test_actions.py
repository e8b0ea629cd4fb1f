"""What an officer does: a new site with its slip, approval, suspension, a decision."""
import io
import re
import subprocess

from house import world

check, equal = world.check, world.equal


def post(browser, path, page=None, **form):
    return browser.ask(path, {"token": browser.token(page or path), **form})


def tests(house):
    place = house.place
    officer = house.browser("lan")
    slip = {}

    @check("a new site: its slip has the code, once, and a QR code that says the same")
    def _():
        status, headers, data = post(officer, "/sites", site="cb-0100", name="Quán Bình Minh", area="thuc-phan")
        page = data.decode()
        equal((status, headers["Cache-Control"]), (200, "no-store"))
        slip["code"] = re.search(r'<p class="code">([0-9A-Z]{4}-[0-9A-Z]{4})</p>', page).group(1)
        command = f"congchao enrol {slip['code']} {place.url}"
        assert f"<pre>{command}</pre>" in page, "no command"
        size, path = re.search(r'<svg class="qr" viewBox="0 0 (\d+) .*?<path d="([^"]+)"', page).groups()
        equal(read_qr(int(size), path), command)
        assert slip["code"] not in officer.get("/sites/cb-0100")[2], "shown twice"
        assert slip["code"] not in place.sql("select * from enrol_code"), "kept in the database"
        assert slip["code"] not in place.log(), "in the log"

    @check("the code enrols a gateway; its reports count when an officer has approved")
    def _():
        status, _, answer = world.gateway.enrol(place.local(), slip["code"])
        equal((status, answer["site"]), (200, "cb-0100"))
        one = world.gateway.Gateway(place.local(), "cb-0100", answer["key_version"], bytes.fromhex(answer["key"]))
        status, _, _ = one.send(world.gateway.report("cb-0100", world.gateway.hour(30), cells=[world.gateway.cell(shown=7, acknowledged=5)]))
        equal(status, 200)
        assert 'value="approve"' in officer.get("/sites/cb-0100")[2]
        status, headers, _ = post(officer, "/sites/cb-0100", action="approve")
        equal((status, headers["Location"]), (303, f"{world.PREFIX}/sites/cb-0100?done=approve"))
        assert "Đã duyệt" in officer.get("/sites/cb-0100?done=approve")[2]
        place.do("roll")
        rows = officer.tables("/sites/cb-0100")["site_days"]
        equal((rows[1][1][0], rows[1][2][0]), ("7", "5"))

    @check("suspended with a reason, and everything that was done has a name to it")
    def _():
        equal(post(officer, "/sites/cb-0100", action="suspend", reason="Chủ quán xin nghỉ")[0], 303)
        equal(place.sql("select status from site where site_id = 'cb-0100'"), "suspended")
        equal(place.sql("select what, who, note from site_event where site_id = 'cb-0100' order by event_id"),
              "add|lan|\ncode|lan|\nenrol|gateway|version 0.1.0\nactive|lan|\nsuspended|lan|Chủ quán xin nghỉ")
        page = officer.get("/activity")[2]
        assert "Chủ quán xin nghỉ" in page

    @check("flagged hours: excluded and included again, never edited")
    def _():
        made = house.province
        day = max(h.date() for s, h, f, _ in made.reports if f and s == "cb-0002" and h.date() < house.today)
        hours = place.sql("select count(*), sum(acknowledged) from cell_hour where site_id = 'cb-0002'")

        def shown():
            place.do("roll")
            row = next(row for row in officer.tables("/")["trend"][1:] if row[0][0] == str(day))
            return int(row[2][0]), int(row[3][0])

        own = sum(n[3] for s, h, _, _, *n in made.cells if s == "cb-0002" and h.date() == day)
        flagged = {h for s, h, f, _ in made.reports if f and s == "cb-0002" and h.date() == day}
        doubtful = sum(n[3] for s, h, _, _, *n in made.cells if s == "cb-0002" and h in flagged)
        post(officer, "/sites/cb-0002", action="include", reason="đã xem lại", **{"from": str(day), "to": str(day)})
        everything, same = shown()
        equal(same, everything, "included: no doubt is left")
        equal(post(officer, "/sites/cb-0002", action="exclude", reason="máy của chủ quán", **{"from": str(day), "to": str(day)})[0], 303)
        equal(shown(), (everything - own, everything - own), "excluded")
        assert doubtful <= own
        equal(post(officer, "/sites/cb-0002", action="include", reason="ngày hội, đã xác minh", **{"from": str(day), "to": str(day)})[0], 303)
        equal(shown(), (everything, everything), "included again")
        equal(place.sql("select count(*), sum(acknowledged) from cell_hour where site_id = 'cb-0002'"), hours)

    @check("what cannot be done is said: a code that exists, one that never enrolled, no area, no reason")
    def _():
        equal(post(officer, "/sites", site="cb-0100", name="x", area="thuc-phan")[0], 409)
        equal(post(officer, "/sites", site="CB 1", name="x", area="thuc-phan")[0], 422)
        equal(post(officer, "/sites", site="cb-0101", name="", area="thuc-phan")[0], 422)
        equal(post(officer, "/sites", site="cb-0101", name="x", area="nowhere")[0], 404)
        equal(post(officer, "/sites/cb-0012", action="approve")[0], 409)
        equal(post(officer, "/sites/no-such", page="/sites", action="approve")[0], 404)
        equal(post(officer, "/sites/cb-0002", action="exclude", reason="x", **{"from": "2026-11-01", "to": "2026-11-01"})[0], 422)
        equal(post(officer, "/sites/cb-0002", action="exclude", reason="abc", **{"from": "2026-11-02", "to": "2026-11-01"})[0], 422)
        equal(place.sql("select count(*) from site where site_id = 'cb-0101'"), "0")

    @check("the database is away: a page says so, and all is well when it is back")
    def _():
        place.cluster.stop("immediate")
        status, _, page = officer.get("/")
        equal(status, 503)
        assert "Cơ sở dữ liệu đang bận" in page
        place.cluster.start()
        world.wait_for("pages again", lambda: officer.get("/")[0] == 200)


def read_qr(size, path):
    """Drawn as the browser draws it, and read by zbarimg."""
    scale = 6
    dark = [bytearray(b"\xff" * size * scale) for _ in range(size * scale)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        for line in range(int(y) * scale, (int(y) + 1) * scale):
            dark[line][int(x) * scale:(int(x) + int(width)) * scale] = bytes(int(width) * scale)
    picture = io.BytesIO(f"P5 {size * scale} {size * scale} 255\n".encode() + b"".join(dark))
    done = subprocess.run(["zbarimg", "-q", "--raw", "-"], input=picture.getvalue(), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    return done.stdout.decode().strip()
