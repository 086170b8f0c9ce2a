"""What all pages of the dashboard share: layout, navigation, forms, CSRF, who is signed in."""
