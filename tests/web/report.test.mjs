// The report's pages in a real browser: accessibility by axe-core, main paths, phone and paper.
// VOORTGANG_PAGE: where the suite serves them, with the edition of the demo published.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const base = process.env.VOORTGANG_PAGE;
const edition = process.env.VOORTGANG_EDITION ?? '2022-04';
const home = `${base}/editions/${edition}`;
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const standard = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
const desk = { width: 1280, height: 900 };
const phone = { width: 360, height: 740 };
const pages = ['', 'report.html', 'summary.html', 'annexes.html', 'figures/choices.html',
               'figures/running.html', 'figures/wellbeing.html'];

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
           '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
after(() => browser?.close());

// A page that fails the test when it asks for anything elsewhere or complains.
async function open(address, options = {}) {
  const context = await browser.newContext({ viewport: desk, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(base)) page.complaints.push(`asks for ${request.url()}`);
  });
  page.on('console', (message) => {
    // Browsers ask for an icon that nobody promised them.
    const icon = message.location().url.endsWith('/favicon.ico');
    if (message.type() === 'error' && !icon) page.complaints.push(message.text());
  });
  const response = await page.goto(address);
  page.status = response.status();
  return page;
}

async function close(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

async function faults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (values) => axe.run(document, { runOnly: { type: 'tag', values } }), standard);
  return violations.map((found) => `${found.id}: ${found.help}: ${found.nodes[0].html}`);
}

const addresses = [`${base}/editions/`];
for (const language of ['nl', 'en']) {
  for (const page of pages) addresses.push(`${home}/${language}/${page}`);
}

for (const address of addresses) {
  const name = address.slice(base.length);
  for (const [device, viewport] of [['a desk', desk], ['a phone', phone]]) {
    test(`${name} meets WCAG 2.1 AA on ${device}`, async () => {
      const page = await open(address, { viewport });
      assert.equal(page.status, 200);
      // What is folded is to be right as well.
      await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
      assert.deepEqual(await faults(page), []);
      const [wide, room] = await page.evaluate(
        () => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(wide <= room, `${wide} pixels in ${room}`);
      await close(page);
    });
  }
}

test('a page that does not exist meets WCAG 2.1 AA, too', async () => {
  const page = await open(`${base}/editions/none/nl/`);
  assert.equal(page.status, 404);
  assert.deepEqual(await faults(page), []);
  page.complaints = page.complaints.filter((complaint) => !complaint.includes('404'));
  await close(page);
});

for (const [language, words] of [
  ['nl', { report: 'Rapportage', definition: 'Wat is gemeten', digest: 'Cijfers (SHA-256)' }],
  ['en', { report: 'Report', definition: 'What is measured', digest: 'Figures (SHA-256)' }],
]) {
  test(`a reader goes from the list to a figure and its source, without scripts (${language})`, async () => {
    const page = await open(`${base}/editions/`, { javaScriptEnabled: false, viewport: phone });
    await page.locator(`a[href="${edition}/${language}/"]`).click();
    await page.locator('.cards').getByRole('link', { name: words.report, exact: true }).click();
    await page.waitForURL(`${home}/${language}/report.html`);
    const heading = page.locator('article.figure h3 a').first();
    const title = await heading.textContent();
    await heading.click();
    await page.waitForURL(`${home}/${language}/figures/*.html`);
    assert.equal(await page.locator('h1').textContent(), title);
    assert.ok(await page.getByText(words.definition, { exact: true }).isVisible());
    const digest = page.locator('.facts div', { hasText: words.digest }).locator('code');
    assert.match(await digest.textContent(), /^[0-9a-f]{64}$/);
    await close(page);
  });
}

test('a number in a sentence leads to the figure it comes from', async () => {
  const page = await open(`${home}/nl/summary.html`);
  const link = page.locator('p a.figure-link').first();
  const target = await link.getAttribute('href');
  await link.click();
  assert.equal(page.url(), `${home}/nl/${target}`);
  await close(page);
});

test('the other language is one click away on every page', async () => {
  for (const place of pages) {
    const page = await open(`${home}/nl/${place}`);
    await page.locator('header.site nav a').click();
    const other = place === '' ? 'index.html' : place;
    assert.equal(page.url(), `${home}/en/${other}`);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await close(page);
  }
});

test('the keyboard skips to the content and scrolls wide tables', async () => {
  const page = await open(`${home}/nl/report.html`, { viewport: phone });
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  const unreachable = await page.evaluate(() => [...document.querySelectorAll('.scroll')]
    .filter((part) => part.scrollWidth > part.clientWidth && part.tabIndex !== 0).length);
  assert.equal(unreachable, 0);
  await close(page);
});

test('every chart has the table with the same figures beneath it', async () => {
  const page = await open(`${home}/nl/report.html`);
  const lacking = await page.evaluate(() => [...document.querySelectorAll('article.figure')]
    .filter((figure) => figure.querySelector('svg') && !figure.querySelector('table caption'))
    .map((figure) => figure.id));
  assert.deepEqual(lacking, []);
  assert.ok(await page.locator('svg line.interval').count() > 0, 'no confidence interval is drawn');
  await close(page);
});

test('paper gets a tagged document with every table open', async () => {
  const page = await open(`${home}/nl/report.html`);
  const pdf = (await page.pdf({ tagged: true })).toString('latin1');
  assert.match(pdf, /\/MarkInfo\s*<<[^>]*\/Marked true/);
  assert.match(pdf, /\/StructTreeRoot/);
  assert.match(pdf, /\/Lang \(nl\)/);
  await close(page);
});

test('every file of the manifest is there, byte for byte', async () => {
  const manifest = await (await fetch(`${home}/manifest.json`)).json();
  assert.ok(manifest.files.length > 50);
  for (const file of manifest.files) {
    const answer = await fetch(`${home}/${file.path}`);
    assert.equal(answer.status, 200, file.path);
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(createHash('sha256').update(bytes).digest('hex'), file.sha256, file.path);
  }
});

test('the house style has the contrast that WCAG asks for', async () => {
  const page = await open(`${home}/nl/`);
  const colours = await page.evaluate(() => {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(['ink', 'soft', 'accent', 'tint', 'bar'].map(
      (name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  });
  const luminance = (colour) => [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  for (const text of ['ink', 'soft', 'accent']) {
    for (const ground of ['#ffffff', colours.tint]) {
      assert.ok(contrast(colours[text], ground) >= 4.5, `${text} on ${ground}`);
    }
  }
  for (const drawn of ['bar', 'accent']) {
    assert.ok(contrast(colours[drawn], '#ffffff') >= 3, `${drawn} on white`);
  }
  await close(page);
});
