"""The site in headless Chromium: a dozen pages at two widths, filters, sliders, keyboard, darkness, paper."""

import base64
import io
import shutil

import numpy as np
import pytest
from PIL import Image

from flatlab import trajectory
from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.judge import verify
from flatlab.methods import GD, SAM
from flatlab.objectives import Quadratic
from flatlab.report.files import report_of
from flatlab.report.site.build import checkout_folder, site
from flatlab.report.site.folder import write_folder
from flatlab.theory.sam import TwoCycle

pytestmark = pytest.mark.long
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
if not (CHROMIUM and DRIVER):
    pytest.skip("no chromium and chromium-driver on this machine", allow_module_level=True)
webdriver = pytest.importorskip("selenium.webdriver")
By = pytest.importorskip("selenium.webdriver.common.by").By

TAB, RIGHT = "\ue004", "\ue014"
SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
JUDGED = ("bartlett2023/second-axis", "bartlett2023/amplitude", "bartlett2023/two-cycle")
PAGES = (
    "index.html",
    "claims/bartlett2023/two-cycle.html",
    "claims/bartlett2023/amplitude.html",
    "claims/zhang2024/printed-rate-is-impossible.html",
    "papers/bartlett2023.html",
    "papers/zhang2024.html",
    "theorems.html",
    "gallery.html",
    "experiments.html",
    "experiments/plane_trajectory.html",
    "explorer.html",
    "methods.html",
    "objectives.html",
    "documents/readme.html",
    "reference.html",
    "reference/evidence.html",
)


def browser(profile):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for switch in (*SWITCHES, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    claims = installed_claims()
    report = report_of([verify(claims[name], 1) for name in JUDGED], seed=1, budget="quick")
    return write_folder(tmp_path_factory.mktemp("site") / "site", site(claims, [report], checkout_folder()))


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    driver = browser(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


def look(driver, place, address, width=1400, height=900, dark=False):
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": scheme})
    driver.get((place / address.partition("?")[0]).as_uri() + "".join(address.partition("?")[1:]))


def picture(driver):
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(shot))).convert("RGB"))


def set_value(driver, name, value):
    script = "var e = document.forms[0].elements[arguments[0]]; e.value = arguments[1];"
    driver.execute_script(script + "e.dispatchEvent(new Event('input', {bubbles: true}))", name, value)


def text_of(driver, name):
    return driver.find_element(By.ID, name).text.replace("−", "-")


@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_its_width_shows_something_and_has_no_error(driver, place, address, width):
    look(driver, place, address, width)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    shot = picture(driver)
    assert shot.shape == (900, width, 3)
    ground = (shot == shot[-1, -1]).all(axis=2)
    assert 1 - ground.mean() > 0.02, "blank"
    assert len(np.unique(shot.reshape(-1, 3), axis=0)) > 50
    assert [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"] == []


def visible(driver):
    rows = driver.find_elements(By.CSS_SELECTOR, "table.claims tbody tr")
    return driver.execute_script("return arguments[0].filter(row => row.offsetParent)", rows)


def test_filters_and_search_show_what_they_say(driver, place):
    look(driver, place, "index.html")
    claims = installed_claims()
    assert len(visible(driver)) == len(claims)
    set_value(driver, "origin", "quoted")
    quoted = [claim for claim in claims.values() if claim.origin == "quoted"]
    assert len(visible(driver)) == len(quoted)
    assert f"{len(quoted)} of {len(claims)} claims" in driver.find_element(By.CSS_SELECTOR, ".found").text
    assert "?origin=quoted" in driver.current_url
    set_value(driver, "paper", "bartlett2023")
    assert len(visible(driver)) == sum(claim.paper == "bartlett2023" for claim in quoted)
    set_value(driver, "text", "two-cycle converges")
    assert [row.get_attribute("data-paper") for row in visible(driver)] == ["bartlett2023"]
    driver.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    assert len(visible(driver)) == len(claims)
    look(driver, place, "index.html?origin=quoted")
    assert len(visible(driver)) == len(quoted)


@pytest.mark.parametrize(
    ("eta", "rho", "top", "ratio"), [(0.9, 0.3, 1.0, 0.2), (1.5, 0.05, 1.2, 0.5), (0.2, 1.0, 2.0, 1.0)]
)
def test_the_explorer_computes_what_flatlab_computes(driver, place, eta, rho, top, ratio):
    look(driver, place, "explorer.html")
    objective = Quadratic([top, ratio * top])
    for method in (SAM(eta, rho), GD(eta)):
        radius = getattr(method, "rho", 0)
        call = f"return flatlab.path([{top}, {ratio * top!r}], {eta}, {radius}, [0.55, 1], 200)"
        there, here = np.array(driver.execute_script(call)), trajectory(method, objective, [0.55, 1.0], steps=200)
        np.testing.assert_allclose(there, here, rtol=1e-11, atol=1e-13)
    predicted = driver.execute_script(f"return flatlab.radius({eta * top!r}, {rho})")
    assert predicted == pytest.approx(TwoCycle(top, eta, rho).radius, rel=1e-14)


def test_the_branches_of_the_bifurcation_are_at_the_stated_radius(driver, place):
    look(driver, place, "explorer.html")
    h = [0.2, 0.9, 1.7]
    found = np.array(driver.execute_script("return flatlab.branches(0.2, arguments[0], 1500)", h))
    stated = np.array([TwoCycle(1.0, one).radius for one in h])
    np.testing.assert_allclose(np.sort(found, axis=1), np.stack([-stated, stated], axis=1), rtol=1e-10)


def test_sliders_move_the_picture_and_the_numbers(driver, place):
    look(driver, place, "explorer.html")
    before, plane = picture(driver), driver.find_element(By.ID, "plane").get_attribute("innerHTML")
    assert float(text_of(driver, "predicted")) == pytest.approx(TwoCycle(1.0, 0.9, 0.3).radius, rel=1e-4)
    set_value(driver, "eta", "1.5")
    set_value(driver, "steps", "400")
    assert float(text_of(driver, "h")) == 1.5
    assert float(text_of(driver, "predicted")) == pytest.approx(0.9, rel=1e-4)
    assert float(text_of(driver, "measured")) == pytest.approx(0.9, rel=1e-4)
    assert driver.find_element(By.ID, "plane").get_attribute("innerHTML") != plane
    assert (picture(driver) != before).any()
    set_value(driver, "lambda", "1.5")
    assert "none" in text_of(driver, "predicted")
    driver.find_element(By.CSS_SELECTOR, "button[type=reset]").click()


def press(driver, key):
    webdriver.ActionChains(driver).send_keys(key).perform()


def test_the_start_moves_with_the_arrow_keys(driver, place):
    look(driver, place, "explorer.html")
    plane = driver.find_element(By.ID, "plane")
    before = plane.get_attribute("innerHTML")
    driver.execute_script("arguments[0].focus()", plane)
    press(driver, RIGHT)
    assert plane.get_attribute("innerHTML") != before


def test_the_keyboard_reaches_the_content_first(driver, place):
    look(driver, place, "index.html")
    press(driver, TAB)
    assert driver.switch_to.active_element.get_attribute("class") == "skip"


@pytest.mark.parametrize("address", ["index.html", "claims/bartlett2023/amplitude.html", "explorer.html"])
def test_it_is_dark_where_that_is_wanted(driver, place, address):
    look(driver, place, address, dark=True)
    shot = picture(driver)
    assert np.median(shot) < 60
    assert len(np.unique(shot.reshape(-1, 3), axis=0)) > 50


def test_formulas_are_laid_out(driver, place):
    look(driver, place, "papers/bartlett2023.html")
    sizes = driver.execute_script(
        "return Array.from(document.querySelectorAll('math')).map(m => m.getBoundingClientRect().width)"
    )
    assert len(sizes) > 500
    assert min(sizes) > 2
    script = "return Array.from(document.querySelectorAll('math[display=block] mfrac'))"
    heights = driver.execute_script(script + ".map(part => part.getBoundingClientRect().height)")
    assert min(heights) > 20, "the parts of a fraction stand on one another"


def test_a_claim_can_be_printed(driver, place):
    look(driver, place, "claims/bartlett2023/amplitude.html")
    paper = base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert paper.startswith(b"%PDF")
    assert len(paper) > 20_000


def test_everything_is_readable_without_scripts(driver, place):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        look(driver, place, "index.html")
        assert len(visible(driver)) == len(installed_claims())
        assert not driver.find_element(By.CSS_SELECTOR, "form.filters").is_displayed()
        look(driver, place, "explorer.html")
        assert driver.find_element(By.CSS_SELECTOR, "noscript img").is_displayed()
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
