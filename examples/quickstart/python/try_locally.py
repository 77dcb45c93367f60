"""Runs the stack on this machine: deploys it to an AWS emulator, uploads people.csv, and prints the mails.

    python try_locally.py [--stay]

Nothing leaves this machine. The CDK command line and the functions need Node.js 22.12 or later on the path.
"""

import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import boto3

HERE = Path(__file__).parent
REGION = "us-east-1"
CAMPAIGN = "welcome"
TIME_LIMIT_SECONDS = 300

Found = TypeVar("Found")


def main() -> None:
    with emulator() as endpoint:
        print(f"The emulator is up: {endpoint}")
        client("sesv2", endpoint).create_email_identity(EmailIdentity="example.com")
        mailer = deploy(endpoint)

        s3 = client("s3", endpoint)
        s3.upload_file(str(HERE / "people.csv"), mailer["bucket"], f"{mailer['intakePrefix']}{CAMPAIGN}.csv")
        print(f"Uploaded people.csv as the campaign {CAMPAIGN!r}")
        status = wait_for("the end of the run", lambda: status_of_run(mailer, endpoint))

        mails = inbox(endpoint)
        for mail in mails:
            print(f"\nTo: {', '.join(mail['To'])}\nSubject: {mail['Subject']}\n\n{mail['BodyText'].strip()}")
        print(f"\nThe run {status.lower()}: {len(mails)} mails. How every row ended:")
        for row in csv.DictReader(results(s3, mailer).splitlines()):
            print(f"  {row['address']}: {row['outcome']} {row['reason']}")

        if "--stay" in sys.argv:
            print(f"\nThe inbox: {endpoint}/_ministack/ses/messages\nEnd with Ctrl-C.")
            wait_for_interrupt()
        if status != "SUCCEEDED" or not mails:
            sys.exit(1)


@contextmanager
def emulator() -> Iterator[str]:
    """An AWS emulator on a free port of this machine, and its end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="mailmatrix-", ignore_cleanup_errors=True) as scratch:
        log = Path(scratch) / "emulator.log"
        own = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0"}
        with log.open("w") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env={**aws_environment(endpoint), **own, "TMPDIR": scratch, "S3_DATA_DIR": f"{scratch}/s3"},
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=scratch,
            )
            try:

                def healthy() -> Any:
                    if server.poll() is not None:
                        sys.exit(f"The emulator ended at once:\n{log.read_text()}")
                    return get(f"{endpoint}/_ministack/health")

                wait_for("the emulator", healthy)
                yield endpoint
            finally:
                server.terminate()
                try:
                    server.wait(10)
                except subprocess.TimeoutExpired:
                    server.kill()


def deploy(endpoint: str) -> dict[str, str]:
    """Deploys as on AWS, and gives what the stack's output says of the mailer."""

    def cdk(*arguments: str) -> None:
        command = ["npx", "--yes", "aws-cdk@2", "--no-notices", "--ci", *arguments]
        done = subprocess.run(
            command, env=aws_environment(endpoint), cwd=HERE, capture_output=True, text=True, timeout=TIME_LIMIT_SECONDS
        )
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")

    print("Deploying ...")
    cdk("bootstrap", f"aws://000000000000/{REGION}")
    cdk("deploy", "--require-approval", "never")
    (stack,) = client("cloudformation", endpoint).describe_stacks(StackName="Mail")["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    connection: dict[str, str] = json.loads(next(v for k, v in outputs.items() if "Connection" in k))
    return connection


def inbox(endpoint: str) -> list[dict[str, Any]]:
    kept: dict[str, list[dict[str, Any]]] = get(f"{endpoint}/_ministack/ses/messages")["messages"]
    return [mail for mails in kept.values() for mail in mails]


def status_of_run(mailer: dict[str, str], endpoint: str) -> str | None:
    machine = mailer["stateMachineArn"]
    runs = client("stepfunctions", endpoint).list_executions(stateMachineArn=machine)["executions"]
    return next((run["status"] for run in runs if run["status"] != "RUNNING"), None)


def results(s3: Any, mailer: dict[str, str]) -> str:
    prefix = f"{mailer['reportsPrefix']}{CAMPAIGN}/"
    found = s3.list_objects_v2(Bucket=mailer["bucket"], Prefix=prefix)["Contents"]
    key = next(item["Key"] for item in found if item["Key"].endswith("/results.csv"))
    return str(s3.get_object(Bucket=mailer["bucket"], Key=key)["Body"].read().decode("utf-8-sig"))


def aws_environment(endpoint: str) -> dict[str, str]:
    """The emulator in AWS's place, for whatever is started from here."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_S3": endpoint,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
    }


def client(service: str, endpoint: str) -> Any:
    key = "test"
    return boto3.client(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=key
    )


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def wait_for(what: str, ready: Callable[[], Found | None]) -> Found:
    end = time.monotonic() + TIME_LIMIT_SECONDS
    while time.monotonic() < end:
        try:
            found = ready()
            if found:
                return found
        except OSError:
            pass  # It is not listening yet.
        time.sleep(0.3)
    sys.exit(f"{what} did not come within {TIME_LIMIT_SECONDS} seconds")


def wait_for_interrupt() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
