// `npm run setup`: installs and builds what is missing, and tries again what fell back.
import { main, prepare } from './prepare.mjs';

await main(async () => {
  const startMs = performance.now();
  const { ran, whole } = await prepare({ retry: true });
  const took = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(
    ran.length === 0
      ? `Everything ${whole ? '' : 'else '}is in place.`
      : `Set up in ${took} s. "npm start" opens the workbook.`,
  );
});
