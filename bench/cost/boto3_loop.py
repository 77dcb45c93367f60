"""The same loop in Python, with boto3 and Jinja2 and one thread per concurrent request."""

import json
import resource
import sys
import time

begun = time.process_time()
from concurrent.futures import ThreadPoolExecutor  # noqa: E402

import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402
from jinja2 import Environment  # noqa: E402

start_up = time.process_time() - begun

with open(sys.argv[1], encoding="utf-8") as file:
    asked = json.load(file)
ready = time.process_time()
client = boto3.client("sesv2", config=Config(max_pool_connections=asked["atOnce"]))
plain, html = Environment(), Environment(autoescape=True)
subject, text = plain.from_string(asked["mail"]["subject"]), plain.from_string(asked["mail"]["text"])
page = html.from_string(asked["mail"]["html"])


def send(person):
    part = lambda template: {"Data": template.render(person), "Charset": "UTF-8"}  # noqa: E731
    client.send_email(
        FromEmailAddress=asked["from"],
        Destination={"ToAddresses": [person["email"]]},
        Content={"Simple": {"Subject": part(subject), "Body": {"Html": part(page), "Text": part(text)}}},
    )


with ThreadPoolExecutor(asked["atOnce"]) as pool:
    for _ in pool.map(send, asked["people"]):
        pass
took = time.process_time() - ready
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"cpu": took * 1000, "startUp": start_up * 1000, "peakMiB": round(peak)}))
