/**
 * Long runs off the notebook; each goes on where it was cut off.
 *
 *   npm run study -- logits [--teacher DIR] [--cache DIR]
 *   npm run study -- study --out FILE.json [--pictures N] [--epochs N] [--seeds 0,1,2] [--few-labels N] ...
 *   npm run study -- merge --out FILE.json PART.json...
 */
import { main } from './command';

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
