"""Runs the stack on a local AWS emulator: deploys it, uploads people.csv, and prints the mails.

Nothing leaves this machine. It needs Node.js 20 or later on the path, for the CDK command line and the functions.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import boto3

HERE = Path(__file__).parent
TIME_LIMIT_SECONDS = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def wait_for(what: str, ready: Any) -> Any:
    end = time.monotonic() + TIME_LIMIT_SECONDS
    while time.monotonic() < end:
        try:
            found = ready()
            if found:
                return found
        except OSError:
            pass
        time.sleep(0.3)
    sys.exit(f"{what} did not come within {TIME_LIMIT_SECONDS} seconds")


def main() -> None:
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_S3": endpoint,
    }
    scratch = tempfile.mkdtemp(prefix="mailmatrix-")
    log = open(Path(scratch) / "emulator.log", "w")
    emulator = subprocess.Popen(
        [sys.executable, "-m", "ministack"],
        env={**environment, "GATEWAY_PORT": str(port)},
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=scratch,
    )
    try:
        wait_for("the emulator", lambda: get(f"{endpoint}/_ministack/health"))
        print(f"emulator on {endpoint}")

        def client(service: str) -> Any:
            return boto3.client(
                service,
                endpoint_url=endpoint,
                region_name="us-east-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )

        client("sesv2").create_email_identity(EmailIdentity="example.com")

        def cdk(*arguments: str) -> None:
            subprocess.run(
                ["npx", "--yes", "aws-cdk@2", *arguments],
                env=environment,
                cwd=HERE,
                check=True,
                timeout=TIME_LIMIT_SECONDS,
            )

        cdk("bootstrap", "aws://000000000000/us-east-1")
        outputs = Path(scratch) / "outputs.json"
        cdk("deploy", "--require-approval", "never", "--outputs-file", str(outputs))
        values = json.loads(outputs.read_text())["Mail"].values()
        connection = next(json.loads(value) for value in values if value.startswith('{"v"'))

        client("s3").upload_file(str(HERE / "people.csv"), connection["bucket"], "campaigns/people.csv")
        print("uploaded people.csv")

        machine = connection["stateMachineArn"]
        states = client("stepfunctions")

        def ended() -> Any:
            executions = states.list_executions(stateMachineArn=machine)["executions"]
            return next((e for e in executions if e["status"] != "RUNNING"), None)

        run = wait_for("the end of the run", ended)
        messages = get(f"{endpoint}/_ministack/ses/messages")
        mails = messages["messages"] if isinstance(messages, dict) else messages
        for mail in mails:
            print(f"  {mail.get('To') or mail.get('Destination')}: {mail['Subject']}")
        print(f"run {run['status']}, {len(mails)} mails in the inbox")
        if run["status"] != "SUCCEEDED" or not mails:
            sys.exit(1)
    finally:
        emulator.terminate()
        try:
            emulator.wait(10)
        except subprocess.TimeoutExpired:
            emulator.kill()
        log.close()


if __name__ == "__main__":
    main()
