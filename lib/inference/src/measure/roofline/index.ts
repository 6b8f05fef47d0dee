export { machine, type Machine, type MachineOptions } from './machine';
export { roofline, type Roofline, type RooflineOptions, type RooflineRow } from './roofline';
