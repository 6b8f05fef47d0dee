export { machine, type Machine } from './machine';
export { roofline, type Roofline, type RooflineOptions, type RooflineRow } from './roofline';
