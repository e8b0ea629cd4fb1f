"""nginx beside the portal: one worker, sendfile off, the portal's own answer byte for byte.

`return 302` would write nginx's own body; an error_page gives the status to a `return 200`
with ours, for about a twentieth more of nginx's time than a plain `return 302`. nginx's
`Server:` line cannot be taken out without a module, and its 302 is "Moved Temporarily".
"""
import os
import shutil
import subprocess
import time

from world import GATE, Skip

PORT = 2081
OWN_HEADERS = {"date", "server", "connection", "content-length", "content-type"}

CONF = """worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
user root; events {{ worker_connections 4096; }}
http {{
    access_log off; sendfile off; server_tokens off; keepalive_timeout {keepalive};
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi; default_type "{kind}"; charset off;
    server {{
        listen {address}:{port} backlog=4096;
        location / {{ {answer} }}
        location @answer {{ {headers} return 200 "{body}"; }}
    }}
}}
"""


REDIRECT = "error_page 418 ={status} @answer; return 418;"
PAGE = "root {folder}; try_files /page.html =404;"


def parse(answer):
    head, _, body = answer.partition("\r\n\r\n")
    lines = head.split("\r\n")
    headers = [tuple(line.split(": ", 1)) for line in lines[1:]]
    return int(lines[0].split()[1]), headers, body


def quoted(text):
    if "$" in text:
        raise Skip("the portal's answer has a $ in it, which nginx would take for a variable")
    return text.replace("\\", "\\\\").replace('"', '\\"')


class Nginx:
    """Answers in the gateway's namespace what `answer` says, on PORT; a page from a file."""

    def __init__(self, world, answer, keepalive=0):
        if not shutil.which("nginx"):
            raise Skip("nginx is not installed (apt-get install nginx-light)")
        status, headers, body = parse(answer)
        kind = next((v for k, v in headers if k.lower() == "content-type"), "text/plain")
        folder = world.folder + "/nginx"
        os.makedirs(folder, exist_ok=True)
        with open(folder + "/page.html", "w", encoding="utf-8") as file:
            file.write(body)
        with open(folder + "/nginx.conf", "w", encoding="utf-8") as file:
            file.write(CONF.format(
                folder=folder, keepalive=keepalive, kind=kind, address=GATE, port=PORT,
                answer=(PAGE if status == 200 else REDIRECT).format(status=status, folder=folder),
                body="" if status == 200 else quoted(body),
                headers=" ".join(f'add_header {k} "{quoted(v)}" always;' for k, v in headers
                                 if k.lower() not in OWN_HEADERS)))
        self.world = world
        self.child = world.start_in("gate", "nginx", "-c", folder + "/nginx.conf", "-p", folder,
                                    stderr=subprocess.PIPE, text=True)
        self.wait()

    def wait(self):
        """Until its worker is there: the listening socket is older than the worker."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if self.child.poll() is not None:
                raise RuntimeError("nginx: " + self.child.stderr.read())
            if len(self.pids()) == 2:
                return
            time.sleep(0.01)
        raise RuntimeError("nginx has no worker after 10 seconds")

    def pids(self):
        path = f"/proc/{self.child.pid}/task/{self.child.pid}/children"
        with open(path, encoding="ascii") as file:
            return [self.child.pid] + [int(pid) for pid in file.read().split()]

    def close(self):
        self.world.stop(self.child)
