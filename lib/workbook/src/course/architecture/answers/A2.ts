import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.architecture>;

// BEGIN STUB
ex.A2.answer(undefined); // for example { efficientnet: '...', resnet: '...', transformer: '...' }
// END STUB

// BEGIN SOLUTION
ex.A2.answer({ efficientnet: 'efficientnet_v2_s', resnet: 'resnet50', transformer: 'swin_t' });
// END SOLUTION

// BEGIN WRONG size
ex.A2.answer({ efficientnet: 'efficientnet_v2_s', resnet: 'resnet50', transformer: 'vit_b_16' });
// END WRONG

// BEGIN WRONG kind
ex.A2.answer({ efficientnet: 'efficientnet_v2_s', resnet: 'convnext_tiny', transformer: 'swin_t' });
// END WRONG

// BEGIN VARIANT names
ex.A2.answer({ efficientnet: 'efficientnet_v2_s', resnet: 'resnet34', transformer: 'swin_v2_t' });
// END VARIANT
