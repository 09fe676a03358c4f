"""Is an endpoint that answers challenges and takes one message."""
import http.server
import json
import sys
import urllib.parse

port_file, token = sys.argv[1:]
done = False


class Endpoint(http.server.BaseHTTPRequestHandler):
    def answer(self, status, text=""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def challenged(self, fields):
        if fields.get("verification-token") != token:
            return self.answer(401)
        print("challenge", flush=True)
        self.answer(200, fields["challenge"])

    def do_GET(self):
        self.challenged(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query)))

    def do_POST(self):
        global done
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "challenge" in body:
            return self.challenged(body)
        if self.headers["verification-token"] != token:
            return self.answer(401)
        meta = body["Meta"]
        print("message", meta["DataModel"] + "." + meta["EventType"] + ",", "a log ID" if meta["Logs"][0]["ID"] else "")
        done = True
        self.answer(200)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Endpoint)
server.timeout = 30
with open(port_file, "w") as file:
    file.write(str(server.server_port))
while not done:
    server.handle_request()
