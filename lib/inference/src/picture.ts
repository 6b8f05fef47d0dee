/** A decoded picture of 8 bits a channel. */
export interface Picture {
  height: number;
  width: number;
  channels: number;
  /** [height, width, channels], 0 to 255. */
  data: Uint8Array;
}
