"""Checks ONNX files as published tools do: the checker with full shape inference. One JSON line a file: its operator set, opcodes and inferred output shape."""
import json
import sys

import onnx

for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    dims = inferred.graph.output[0].type.tensor_type.shape.dim
    print(json.dumps({
        "opset": {entry.domain: entry.version for entry in model.opset_import},
        "operators": sorted({node.op_type for node in model.graph.node}),
        "inferred": sum(1 for info in inferred.graph.value_info if info.type.tensor_type.HasField("shape")),
        "nodes": len(model.graph.node),
        "output": [dim.dim_param or dim.dim_value for dim in dims],
    }))
