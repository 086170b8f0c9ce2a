"""A service account's key file, made for the tests: nobody's."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.oauth2 import service_account

ACCOUNT = "briefs@example.iam.gserviceaccount.com"
SCOPES = ["https://www.googleapis.com/auth/devstorage.full_control"]


def new_private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_file(private_key: rsa.RSAPrivateKey, token_uri: str) -> dict[str, str]:
    """What stands in the file; tokens are asked for at `token_uri`."""
    pem = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "project_id": "example",
        "private_key_id": "1",
        "private_key": pem.decode(),
        "client_email": ACCOUNT,
        "token_uri": token_uri,
    }


def credentials_of(content: dict[str, str]) -> service_account.Credentials:
    """The credentials that Google's client makes of a key file."""
    return service_account.Credentials.from_service_account_info(content, scopes=SCOPES)
