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
translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="us-east-1"))
result = json.dumps(translator.translate(template, {}))
assert "APIHandlerAliaslive" in result
assert "APIHandler.Alias" not in result, "a reference to the alias was left as it was"
