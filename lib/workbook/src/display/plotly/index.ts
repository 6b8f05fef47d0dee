export { Figure, liveOutput, PLOTLY_MIME, type FigureSize } from './figure';
export { bar, heatmap, line, scatter } from './flat';
export { scatter3d, surface, type Scatter3dOptions, type SurfaceOptions } from './solid';
