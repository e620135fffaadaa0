"""Runs the SAM translator over a template whose code is local, as `aws cloudformation package` would leave it."""

import json
import os
import sys

os.environ["AWS_DEFAULT_REGION"] = "us-east-1"

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

with open(sys.argv[1]) as file:
    template = json.load(file)
for resource in template["Resources"].values():
    if "CodeUri" in resource["Properties"]:
        resource["Properties"]["CodeUri"] = "s3://bucket/deployment.zip"
functions = [id for id, body in template["Resources"].items() if body["Type"] == "AWS::Serverless::Function"]
translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="us-east-1"))
translated = translator.translate(template, {})
result = json.dumps(translated)
for function in functions:
    assert f"{function}Aliaslive" in result
    assert f"{function}.Alias" not in result, "a reference to the alias was left as it was"
for resource in translated["Resources"].values():
    if resource["Type"] == "AWS::Lambda::EventSourceMapping":
        assert resource["Properties"]["FunctionName"]["Ref"].endswith("Aliaslive"), "events pass the alias by"
