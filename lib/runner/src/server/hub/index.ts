export { type HubOptions, startHubServer } from './start';
