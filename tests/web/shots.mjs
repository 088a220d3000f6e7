// Pictures of the report for the documentation: node shots.mjs FOLDER, with VOORTGANG_PAGE and CHROMIUM as in run.sh.
import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const folder = process.argv[2];
const home = `${process.env.VOORTGANG_PAGE}/editions/${process.env.VOORTGANG_EDITION ?? '2022-04'}`;
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync'],
});

async function shoot(name, address, width, height, anchor) {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${home}/${address}`);
  if (anchor) await page.locator(anchor).evaluate((part) => part.scrollIntoView());
  await page.screenshot({ path: `${folder}/${name}.png` });
  await context.close();
}

await shoot('landing', 'en/', 1000, 900);
await shoot('report', 'en/report.html', 1000, 900, '#section-involvement');
await shoot('figure', 'en/figures/wellbeing.html', 1000, 900);
await shoot('annexes', 'nl/annexes.html', 1000, 900);
await shoot('phone', 'nl/report.html', 375, 760, '#section-involvement');
await shoot('province', 'nl/report.html', 1000, 900, '#section-execution');
await browser.close();
