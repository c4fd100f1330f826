"""Every page of the dashboard in front of the real API: each request that it makes is one that the API takes."""

PAGES = [
    "", "/transactions", "/orders", "/refunds", "/disputes", "/balance", "/settlements", "/webhooks", "/events",
    "/signatures", "/keys", "/settings", "/dead-letters", "/docs",
]  # fmt: skip


def test_no_page_asks_for_what_the_api_refuses(stack, new_page):
    page, answers = new_page(), {}
    page.on("response", lambda answer: answer.url.startswith(stack.api) and answers.update({answer.url: answer.status}))
    page.goto(f"{stack.dashboard}/login")
    page.locator('[data-test-id="email-input"]').fill(stack.email)
    page.locator('[data-test-id="password-input"]').fill(stack.password)
    page.locator('[data-test-id="login-button"]').click()
    page.wait_for_url(f"{stack.dashboard}/dashboard")
    # A slow API answers after the page has come to rest.
    with page.expect_response(lambda answer: "/dead-letters" in answer.url, timeout=120_000):
        for path in PAGES:
            page.locator(f'a[href="/dashboard{path}"]').first.click()
            page.wait_for_url(f"{stack.dashboard}/dashboard{path}")
            page.wait_for_load_state("networkidle")

    assert {url: status for url, status in answers.items() if status >= 400} == {}
