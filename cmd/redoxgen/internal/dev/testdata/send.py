"""Sends and queries as a client of Redox does, and asks for a delivery."""
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

base, key, secret = sys.argv[1:]


def post(path, body, **headers):
    request = urllib.request.Request(base + path, body, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def message(model, event, **sections):
    meta = {"DataModel": model, "EventType": event, "Destinations": [{"ID": "clinic"}]}
    return json.dumps({"Meta": meta, **sections}).encode()


_, text = post("/auth/authenticate", json.dumps({"apiKey": key, "secret": secret}).encode())
token = {"Authorization": "Bearer " + json.loads(text)["accessToken"]}
patient = {"Identifiers": [{"ID": "1", "IDType": "MR"}]}
arrival = message("PatientAdmin", "Arrival", Patient=patient)

print("endpoint", post("/endpoint", arrival, **token)[0])
print("query", post("/query", message("PatientSearch", "Query", Patient=patient), **token)[0])
print("invalid", post("/endpoint", message("PatientAdmin", "Arrival"), **token)[0])
print("no token", post("/endpoint", arrival)[0])
form = urllib.parse.urlencode({"message": arrival, "to": "endpoint"}).encode()
print("delivered", post("/compose/send", form, **{"Content-Type": "application/x-www-form-urlencoded"})[0])
