/** Why an answer cannot be judged outside of the kernel that it was given in. */
const REASONS = {
  network: 'it works on a network, layer or quantized tensor, which cannot be taken out as plain data',
  tensors: 'its function gets or gives tensors of its own kernel',
  call: 'its function gets a function, or is called while a clock or a file in its kernel is watched',
  context: "it is compared with what the learner's own notebook measured or loaded",
} as const;

const EXERCISES: Readonly<Record<keyof typeof REASONS, readonly string[]>> = {
  network: [
    ...['A20', 'P1', 'P3', 'P4', 'P5', 'P6', 'P8', 'P9', 'P11', 'P12', 'P13', 'P14', 'P16', 'P17', 'P18', 'P24', 'P28'],
    ...['P31', 'P33', 'Q1', 'Q3d', 'Q4', 'D8', 'D9', 'D14', 'D27', 'D28'],
  ],
  tensors: ['Q1c', 'Q1e', 'Q1h', 'Q1i', 'Q2f', 'Q2g', 'Q5', 'Q5b', 'Q5d', 'Q6', 'D13', 'D17', 'D18'],
  call: ['A5', 'A6', 'A13', 'A17', 'P21', 'Q4b', 'Q4e', 'Q4f', 'D15'],
  context: ['A18', 'D5', 'D12'],
};

/** The exercises of the course that are judged in the learner's kernel, each with why. */
export const INSIDE: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(EXERCISES).flatMap(([reason, ids]) => ids.map((id) => [id, REASONS[reason as keyof typeof REASONS]])),
);
