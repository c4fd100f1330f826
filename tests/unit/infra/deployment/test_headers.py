"""The same headers are written down for three servers; here they are held together."""

import re

import pytest

from infra.deployment import deploy, template
from infra.deployment.headers import security_headers
from infra.deployment.publish import Origins
from infra.environment import ROOT

API = "https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}"
CHECKOUT = "https://${CheckoutDistribution.DomainName}"
KINDS = pytest.mark.parametrize(("name", "embeddable"), [("dashboard", False), ("checkout", True)])


def of_nginx(port):
    text = (ROOT / "infra/deployment/proxy/gateway.conf").read_text(encoding="utf-8")
    server = next(part for part in text.split("\nserver {") if f"listen {port};" in part)
    return dict(re.findall(r"add_header (\S+) \"?(.*?)\"? always;", server)) | {}


def said(value, parameters):
    """What CloudFormation makes of a text: parameters are those that are not empty."""
    match value:
        case {"Fn::If": [condition, then, otherwise]}:
            return said(then if condition.removeprefix("Has") in parameters else otherwise, parameters)
        case {"Ref": name}:
            return parameters[name]
        case {"Fn::Sub": [text, variables]}:
            return filled(text, {name: said(inner, parameters) for name, inner in variables.items()})
        case {"Fn::Sub": text}:
            return filled(text, parameters)
    return value


def filled(text, values):
    return re.sub(r"\$\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def of_cloudfront(name, parameters):
    config = template.load()["Resources"][f"{name.title()}Headers"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    found = {item["Header"]: item["Value"] for item in config["CustomHeadersConfig"]["Items"]}
    found["Content-Security-Policy"] = said(security["ContentSecurityPolicy"]["ContentSecurityPolicy"], parameters)
    found["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    found["X-Content-Type-Options"] = "nosniff" if security["ContentTypeOptions"] else ""
    if "FrameOptions" in security:
        found["X-Frame-Options"] = security["FrameOptions"]["FrameOption"]
    if "CorsConfig" in config:
        found["Access-Control-Allow-Origin"] = config["CorsConfig"]["AccessControlAllowOrigins"]["Items"][0]
    return found


@KINDS
def test_the_proxy_sends_the_headers_of_the_local_server(name, embeddable):
    expected = security_headers(Origins("http://api", "http://checkout", "http://dashboard"), embeddable=embeddable)
    sent = {key: value.replace("$api_origin", "http://api").replace("$checkout_origin", "http://checkout")
            for key, value in of_nginx(3001 if name == "checkout" else 3000).items()}  # fmt: skip

    assert sent.pop("Cache-Control") == "no-cache"
    assert sent == expected


@KINDS
def test_cloudfront_sends_the_headers_of_the_local_server(name, embeddable):
    expected = security_headers(Origins(API, CHECKOUT, "unused"), embeddable=embeddable)
    if embeddable:  # 'self' says it already, and naming its own distribution would be a circle in the template
        expected["Content-Security-Policy"] = expected["Content-Security-Policy"].replace(f" {CHECKOUT}", "")

    assert of_cloudfront(name, {}) == expected


@KINDS
def test_cloudfront_lets_the_pages_reach_an_api_and_a_checkout_under_a_domain_of_ones_own(name, embeddable):
    environ = {"STAGE": "prod", "API_URL": "https://api.example/v1", "CHECKOUT_ORIGIN": "https://pay.example"}
    parameters = {given["ParameterKey"]: given["ParameterValue"] for given in deploy.parameters(environ, set())}
    expected = security_headers(Origins("https://api.example", "https://pay.example", "unused"), embeddable=embeddable)

    assert of_cloudfront(name, parameters) == expected
