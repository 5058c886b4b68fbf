"""What a training image of AWS's does before a user's script runs (script mode): unpacks the source, tells the script about the job in
SM_* variables, and writes /opt/ml/output/failure when the script fails."""
import json
import os
import subprocess
import sys
import tarfile

ROOT = "/opt/ml"
CODE = ROOT + "/code"


def plain(text):
    """The SDK sends hyperparameters as JSON; others as they are."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def read(name):
    try:
        with open(f"{ROOT}/input/config/{name}.json") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def fail(text, status):
    os.makedirs(ROOT + "/output", exist_ok=True)
    with open(ROOT + "/output/failure", "w") as file:
        file.write(text[:1000])
    print(text, file=sys.stderr)
    sys.exit(status)


def unpack():
    for name in os.listdir(CODE) if os.path.isdir(CODE) else []:
        if name.endswith((".tar.gz", ".tgz")):
            with tarfile.open(f"{CODE}/{name}") as archive:
                archive.extractall(CODE)


def variables(parameters, channels):
    found = {
        "SM_MODEL_DIR": ROOT + "/model",
        "SM_OUTPUT_DATA_DIR": ROOT + "/output/data",
        "SM_OUTPUT_DIR": ROOT + "/output",
        "SM_INPUT_DIR": ROOT + "/input",
        "SM_INPUT_CONFIG_DIR": ROOT + "/input/config",
        "SM_CHANNELS": json.dumps(sorted(channels)),
        "SM_HPS": json.dumps(parameters),
        "SM_NUM_GPUS": "0",
        "SM_NUM_CPUS": "1",
        "SM_HOSTS": '["algo-1"]',
        "SM_CURRENT_HOST": "algo-1",
        "SM_NETWORK_INTERFACE_NAME": "lo",
    }
    for channel in channels:
        found["SM_CHANNEL_" + channel.upper()] = f"{ROOT}/input/data/{channel}"
    for name, value in parameters.items():
        found["SM_HP_" + name.upper()] = value if isinstance(value, str) else json.dumps(value)
    return found


def main():
    given = {name: plain(value) for name, value in read("hyperparameters").items()}
    program = given.get("sagemaker_program")
    parameters = {name: value for name, value in given.items() if not name.startswith("sagemaker_")}
    if not program:
        fail("ValueError: Please provide a script to train with: the hyperparameter sagemaker_program is missing", 1)
    unpack()
    words = [sys.executable, program]
    for name, value in sorted(parameters.items()):
        words += [f"--{name}" if len(name) > 1 else f"-{name}", value if isinstance(value, str) else json.dumps(value)]
    environment = {**os.environ, **variables(parameters, read("inputdataconfig"))}
    done = subprocess.run(words, cwd=CODE, env=environment, stderr=subprocess.PIPE, text=True, errors="replace")
    sys.stderr.write(done.stderr)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        status = done.returncode if done.returncode > 0 else 128 - done.returncode
        fail(f'ExecuteUserScriptError:\nExitCode {status}\nErrorMessage "{last}"\nCommand "{" ".join(words)}"', status)


main()
