"""Form fields that describe a user: name, e-mail and new password."""

from admin.shared.forms import Form
from brief_audio.domain.errors import InvalidInputError
from brief_audio.http.sentences import sentence
from brief_audio.services.accounts import passwords, users
from brief_audio.services.accounts.guessable import PasswordOwner


def name_field(form: Form) -> str:
    """Return the name as it will be stored."""
    name = form.text("name", "The name", longest=users.LONGEST_NAME)
    if "name" not in form.problems and not name.isprintable():
        form.refuse("name", "The name contains a character that can't be displayed. Type it again.")
    return name


def email_field(form: Form) -> str:
    """Return the e-mail address; the service checks that it is valid and unused."""
    return form.text("email", "The e-mail address", longest=users.LONGEST_EMAIL)


def new_password(form: Form, owner: PasswordOwner) -> str:
    """Return a new password, checking that both entries match and that `owner` may use it."""
    password = form.secret("password", "The new password", longest=passwords.LONGEST_TYPED)
    again = form.secret("again", "The password confirmation", longest=passwords.LONGEST_TYPED)
    try:
        passwords.check(password, owner)
    except InvalidInputError as error:
        form.refuse("password", sentence(error))
    if password != again:
        form.refuse("again", "The passwords don't match. Type the same one in both fields.")
    return password
