package io.dsxconnect.connector;

import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.List;

/** Routes for single files: reading and item actions. */
final class FileResource implements RouteTable.Resource {
  private final Repository repository;
  private final Actions actions;

  FileResource(Repository repository, Actions actions) {
    this.repository = repository;
    this.actions = actions;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post(Routes.READ_FILE, Access.CORE, "Reads a file")
            .body(ScanRequest.class)
            .answers(200, "The bytes of the file")
            .answers(403, "Access to the file is denied", StatusResponse.class)
            .answers(404, "The file does not exist", StatusResponse.class)
            .answers(503, "The file cannot be read now, or changed", StatusResponse.class)
            .to(call -> FileReply.send(repository, request(call), call.response())),
        Route.put(Routes.ITEM_ACTION, Access.CORE, "Acts on a malicious file")
            .body(ScanRequest.class)
            .answers(200, "The outcome, in status", ItemActionStatus.class)
            .to(call -> call.answer(200, actions.act(request(call)))));
  }

  private static ScanRequest request(Call call) throws InvalidInput {
    Fields fields = Fields.ofBody(call.json());
    ScanRequest request = ScanRequest.read(fields);
    fields.check();
    return request;
  }
}
